import Glibc

/// What the kernel knows of how a TCP connection was made.
public enum TCPHandshake {
    /// How long the handshake took on the wire; nil when it had to be repeated, or the kernel does not say.
    ///
    /// The clock of the one who waits adds what he himself was late: with hundreds of connections on two processors
    /// that is more than any network. The kernel measures from SYN to SYN-ACK (`tcpi_rtt`, tcp(7)), but leaves out what
    /// was lost and sent again; then the waiter's own clock is the truer one.
    public static func duration(of descriptor: CInt) -> Duration? {
        var info = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        guard getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, info.tcpi_rtt > 0,
            info.tcpi_total_retrans == 0
        else { return nil }
        return .microseconds(Int64(info.tcpi_rtt))
    }
}

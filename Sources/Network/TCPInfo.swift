import Glibc

/// What the kernel knows of a TCP connection of ours (`TCP_INFO`, tcp(7)): read after the work is done, it tells how the
/// way was for just that work, and costs one system call.
public struct TCPInfo: Sendable, Hashable {
    /// Smoothed round-trip time, and how much it varies.
    public let roundTrip: Duration
    public let roundTripVariation: Duration
    /// The shortest round trip seen; nil where the kernel is older than 4.3.
    public let leastRoundTrip: Duration?
    /// Segments sent again since the connection began, its SYN included.
    public let retransmits: Int
    /// Segments that the kernel holds for lost at this moment.
    public let lost: Int
    /// Bytes of data in a full segment, as sent.
    public let segmentSize: Int
    /// The largest packet that the kernel knows to pass on this way, in bytes.
    public let pathMTU: Int
    /// Segments that may be under way.
    public let congestionWindow: Int

    /// - Returns: nil when the descriptor is no TCP socket, or one that was never connected.
    public init?(of descriptor: CInt) {
        var info = tcp_info()
        var bytes = [UInt8](repeating: 0, count: 256)
        var length = socklen_t(bytes.count)
        guard getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &bytes, &length) == 0,
            Int(length) >= MemoryLayout<tcp_info>.size
        else { return nil }
        withUnsafeMutableBytes(of: &info) { $0.copyBytes(from: bytes.prefix($0.count)) }
        guard info.tcpi_rtt > 0 || info.tcpi_total_retrans > 0 else { return nil }
        roundTrip = .microseconds(Int64(info.tcpi_rtt))
        roundTripVariation = .microseconds(Int64(info.tcpi_rttvar))
        leastRoundTrip = Self.leastRoundTrip(bytes.prefix(Int(length)))
        retransmits = Int(info.tcpi_total_retrans)
        lost = Int(info.tcpi_lost)
        segmentSize = Int(info.tcpi_snd_mss)
        pathMTU = Int(info.tcpi_pmtu)
        congestionWindow = Int(info.tcpi_snd_cwnd)
    }

    /// `tcpi_min_rtt` of <linux/tcp.h>, which glibc's structure ends before; ~0 before the first measurement.
    private static func leastRoundTrip(_ bytes: ArraySlice<UInt8>) -> Duration? {
        let offset = 148
        guard bytes.count >= offset + 4 else { return nil }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
        return value == .max || value == 0 ? nil : .microseconds(Int64(value))
    }
}

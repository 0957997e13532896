import Diagnostics
import Glibc

/// Sole owner of a non-blocking UDP socket that is connected to one address: only what comes from there is received.
///
/// With `tellErrors` the kernel keeps what routers say against its packets (IP_RECVERR, ip(7)), for `nextError`.
public struct DatagramSocket: ~Copyable {
    public let descriptor: CInt
    public let peer: SocketAddress

    private init(owning descriptor: CInt, to peer: SocketAddress) {
        self.descriptor = descriptor
        self.peer = peer
    }

    deinit { close(descriptor) }

    /// - Throws: `.local` without a descriptor, `.unreachable` where there is no route.
    public static func connected(to peer: SocketAddress, tellErrors: Bool = false) throws(ProbeError) -> DatagramSocket
    {
        let step = "send to \(peer)"
        let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(peer.family, type, 0)
        guard descriptor >= 0 else { throw ProbeError(errno: errno, step: step) }
        let socket = DatagramSocket(owning: descriptor, to: peer)
        if tellErrors { socket.set(.receiveErrors, 1) }
        guard peer.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
            throw ProbeError(errno: errno, step: step)
        }
        return socket
    }

    /// Zero, or the errno of a datagram that was not sent.
    ///
    /// What somebody said against an earlier datagram is told by the next call; that is no answer to this one, so it is
    /// tried again.
    public borrowing func send(_ bytes: [UInt8]) -> CInt {
        for _ in 0..<3 {
            let count = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            if count >= 0 { return 0 }
            guard [ECONNREFUSED, EHOSTUNREACH, EINTR].contains(errno) else { return errno }
        }
        return errno
    }

    /// The next datagram, or nil when there is none; `limit` bytes of it at most.
    ///
    /// - Throws: what was said against an earlier datagram (`ECONNREFUSED`: nothing listens there).
    public borrowing func received(limit: Int, step: String) throws(ProbeError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, CInt(MSG_DONTWAIT))
        guard count < 0 else { return Array(buffer.prefix(count)) }
        guard errno == EAGAIN || errno == EINTR else { throw ProbeError(errno: errno, step: step) }
        return nil
    }
}

// MARK: - Ways of packets

extension DatagramSocket {
    /// Options that have another name in each family.
    public enum Option: Sendable {
        case receiveErrors, timeToLive
        /// 3 (PROBE): packets are never fragmented, and what the kernel has learnt of the way is left out.
        case discoverMTU
        case mtu

        func code(isIPv6: Bool) -> (level: CInt, name: CInt) {
            let level = CInt(isIPv6 ? IPPROTO_IPV6 : IPPROTO_IP)
            return switch self {
            case .receiveErrors: (level, isIPv6 ? IPV6_RECVERR : IP_RECVERR)
            case .timeToLive: (level, isIPv6 ? IPV6_UNICAST_HOPS : CInt(IP_TTL))
            case .discoverMTU: (level, isIPv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER)
            case .mtu: (level, isIPv6 ? IPV6_MTU : IP_MTU)
            }
        }
    }

    public borrowing func set(_ option: Option, _ value: CInt) {
        option.set(value, on: descriptor, isIPv6: peer.isIPv6)
    }

    /// Nil where the kernel does not say.
    public borrowing func value(of option: Option) -> CInt? {
        let (level, name) = option.code(isIPv6: peer.isIPv6)
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : nil
    }

    /// Takes one error off the queue; nil when there is none.
    public borrowing func nextError() -> PacketError? { PacketError(nextOf: descriptor) }

    /// The address that packets to there leave from, in digits.
    public borrowing func localHost() -> String? { SocketAddress(localOf: descriptor)?.host }
}

extension DatagramSocket.Option {
    func set(_ value: CInt, on descriptor: CInt, isIPv6: Bool) {
        let (level, name) = code(isIPv6: isIPv6)
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}

extension SocketAddress {
    /// The near end of a connected socket.
    public init?(localOf descriptor: CInt) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address: SocketAddress? = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0 ? SocketAddress($0, length: length) : nil
            }
        }
        guard let address else { return nil }
        self = address
    }
}

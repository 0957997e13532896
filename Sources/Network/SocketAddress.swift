import Glibc

/// A numeric internet address with its port, or the path of a unix socket: what `connect` takes.
public struct SocketAddress: Sendable, Hashable {
    /// The bytes of the `sockaddr`.
    let bytes: [UInt8]
    /// `127.0.0.1`, `::1`, or the path of a unix socket.
    public let host: String
    /// Zero for a unix socket.
    public let port: UInt16

    public var isUnix: Bool { family == AF_UNIX }
    public var isIPv6: Bool { family == AF_INET6 }

    /// Of this machine itself: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { host == "::1" || (host.hasPrefix("127.") && !isIPv6) }

    var family: CInt { CInt(bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) }) }

    init(bytes: [UInt8], host: String, port: UInt16) {
        self.bytes = bytes
        self.host = host
        self.port = port
    }

    /// - Returns: nil when the path is longer than the system takes (107 bytes).
    public init?(unixPath path: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return nil }
        self.init(bytes: withUnsafeBytes(of: address) { Array($0) }, host: path, port: 0)
    }
}

extension SocketAddress {
    /// What the kernel filled in; nil for neither IPv4 nor IPv6.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let flags = NI_NUMERICHOST | NI_NUMERICSERV
        let code = getnameinfo(
            address, length, &host, socklen_t(host.count), &service, socklen_t(service.count), flags)
        guard code == 0 else { return nil }
        let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        self.init(bytes: bytes, host: Self.text(host), port: UInt16(Self.text(service)) ?? 0)
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Calls `body` with the address as system calls take it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { body($0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count)) }
    }

    /// The same host at another port. The port is at the same place for both families, in network order.
    public func at(port: UInt16) -> SocketAddress {
        var bytes = bytes
        withUnsafeBytes(of: port.bigEndian) { bytes.replaceSubrange(2..<4, with: $0) }
        return SocketAddress(bytes: bytes, host: host, port: port)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:5432`, `[::1]:5432`, or the path.
    public var description: String {
        isUnix ? host : (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}

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

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:5432`, `[::1]:5432`, or the path.
    public var description: String {
        isUnix ? host : (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}

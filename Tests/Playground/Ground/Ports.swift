import Glibc

/// Unused ports of 127.0.0.1, below those that the kernel gives to outgoing connections: otherwise any client could
/// take one between our looking and the server's binding it.
///
/// Against other playgrounds each port is reserved by an abstract unix socket of its number, which is this process's
/// for as long as it lives and leaves no file behind.
enum Ports {
    static func unused() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 15_000...32_000)
            if isFree(port), try reserve(port) { return port }
        }
        throw PlaygroundError("no unused port found")
    }

    /// As `unused`, with the port 10,000 above it unused as well: there the nodes of a cluster talk to each other.
    static func unusedWithClusterBus() throws -> UInt16 {
        for _ in 0..<100 {
            let port = try unused()
            if port < 22_000, isFree(port + 10_000), try reserve(port + 10_000) { return port }
        }
        throw PlaygroundError("no unused port found")
    }

    /// The descriptor stays open on purpose. A name that begins with a zero byte is abstract, see unix(7).
    private static func reserve(_ port: UInt16) throws -> Bool {
        let descriptor = try Socket.makeUnix()
        let isOurs = withUnixAddress("\0diag-playground-port-\(port)") { bind(descriptor, $0, $1) } == 0
        if !isOurs { close(descriptor) }
        return isOurs
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        return withLoopback(port) { bind(descriptor, $0, $1) } == 0
    }
}

/// Calls `body` with the address of a unix socket. A path that is too long is cut.
func withUnixAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
}

/// Calls `body` with the address 127.0.0.1:`port`.
func withLoopback<Result>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
}

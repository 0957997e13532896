import Glibc
import Synchronization

/// Unused ports of 127.0.0.1, below those that the kernel gives to outgoing connections: otherwise any client could
/// take one between our looking and the server's binding it.
enum Ports {
    private static let given = Mutex<Set<UInt16>>([])

    static func unused() throws -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 15_000...32_000)
            if isFree(port), given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw PlaygroundError("no unused port found")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        return withLoopback(port) { bind(descriptor, $0, $1) } == 0
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

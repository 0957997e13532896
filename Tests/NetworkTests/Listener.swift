import Glibc

/// A TCP listener on an unused loopback port. It never accepts: the kernel completes the handshakes and nobody answers.
final class Listener: Sendable {
    let descriptor: CInt
    let port: UInt16

    init(backlog: CInt = 512) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, length) == 0, "cannot bind to loopback")
                getsockname(descriptor, generic, &length)
            }
        }
        precondition(listen(descriptor, backlog) == 0, "cannot listen on loopback")
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    func accept() -> CInt { Glibc.accept(descriptor, nil, nil) }

    /// A port at which nothing listens: bound a moment ago and closed again.
    static func refusingPort() -> UInt16 { Listener().port }
}

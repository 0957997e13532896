import Glibc
import Synchronization

/// A listening socket on 127.0.0.1 whose connections are served by threads of this process.
final class Listener: Sendable {
    let port: UInt16
    let descriptor: CInt
    private let isServed = Mutex(false)
    private let isClosed = Mutex(false)

    /// - Parameter backlog: how many connections may wait to be accepted; `nil` doesn't listen, so connecting is refused.
    init(port: UInt16? = nil, backlog: CInt? = 128) throws {
        self.port = try port ?? Ports.unused()
        descriptor = try Socket.make()
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        let descriptor = descriptor
        guard withLoopback(self.port, { bind(descriptor, $0, $1) }) == 0 else { throw failure("bind") }
        if let backlog {
            guard listen(descriptor, backlog) == 0 else { throw failure("listen") }
        }
    }

    /// Serves each connection on a thread of its own, until `close()`. `body` owns the descriptor that it gets.
    func serve(_ name: String, _ body: @escaping @Sendable (CInt) -> Void) {
        isServed.withLock { $0 = true }
        detach(name) {
            while let connection = self.accepted() { detach(name) { body(connection) } }
            Glibc.close(self.descriptor)
        }
    }

    /// `nil` when the listener was closed.
    func accepted() -> CInt? {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return connection
            }
            if isClosed.withLock({ $0 }) { return nil }
            pause(.milliseconds(1))
        }
    }

    /// Wakes the thread that waits in `accept`; that one closes the descriptor.
    func close() {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if wasClosed { return }
        shutdown(descriptor, CInt(SHUT_RDWR))
        if !isServed.withLock({ $0 }) { Glibc.close(descriptor) }
    }

    private func failure(_ call: String) -> PlaygroundError {
        let error = PlaygroundError.system("\(call) on port \(port)")
        Glibc.close(descriptor)
        return error
    }
}

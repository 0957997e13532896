import Glibc
import Synchronization

/// Connections of our own that fill a listener's queue, so that the kernel drops everybody else's SYN.
///
/// A connect then waits for its retransmission: one second later, then two, four…
final class FullQueue: Sendable {
    private let fillers = Mutex<[CInt]>([])

    /// - Parameter listener: made with a backlog of 0, which Linux takes as one.
    init(before listener: Listener) throws { try fill(listener.port) }

    deinit { release() }

    /// Connects until one doesn't get through.
    func fill(_ port: UInt16) throws {
        for _ in 0..<16 {
            let descriptor = try Socket.make()
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = withLoopback(port) { connect(descriptor, $0, $1) }
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if Glibc.poll(&poll, 1, 20) == 0 {
                close(descriptor)
                return
            }
            fillers.withLock { $0.append(descriptor) }
        }
        throw PlaygroundError("the queue of port \(port) does not fill")
    }

    func release() {
        fillers.withLock { descriptors in
            for descriptor in descriptors { close(descriptor) }
            descriptors = []
        }
    }
}

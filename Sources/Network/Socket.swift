import CLinux
import Diagnostics
import Glibc

/// Sole owner of a connected, non-blocking stream socket; closes it when dropped.
public struct Socket: ~Copyable {
    public let descriptor: CInt

    init(owning descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Reads what there is, waiting for it at most until the deadline.
    ///
    /// - Returns: the number of bytes; zero when the other side has closed.
    /// - Throws: `.timedOut`, `.cancelled`, `.unreachable` for a reset.
    public borrowing func read(
        into buffer: inout [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) -> Int {
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count >= 0 { return count }
            try await waitUnless(errno, .readable, deadline, step)
        }
    }

    /// Reads what has arrived already.
    ///
    /// - Returns: the number of bytes; zero when the other side has closed, nil when nothing has arrived.
    /// - Throws: `.unreachable` for a reset.
    public borrowing func readNow(
        into room: UnsafeMutableRawBufferPointer, step: String
    ) throws(ProbeError) -> Int? {
        while true {
            let count = Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            guard errno == EINTR else { throw ProbeError(errno: errno, step: step) }
        }
    }

    /// Waits until there may be more to read.
    ///
    /// - Parameter moment: how long the thread itself waits before it is given back and the reactor waits. Where an answer
    ///   takes some ten microseconds, going over the reactor's thread takes longer than the answer. A thread that waits
    ///   serves nobody else: well under a millisecond.
    /// - Throws: `.timedOut`, `.cancelled`.
    public borrowing func waitForBytes(
        until deadline: Deadline, step: String, holdingThreadFor moment: Duration = .zero
    ) async throws(ProbeError) {
        if moment > .zero, hasBytes(within: moment) { return }
        try await Reactor.shared.wait(for: descriptor, .readable, until: deadline, step: step)
    }

    private borrowing func hasBytes(within moment: Duration) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var time = timespec(tv_sec: 0, tv_nsec: Int(moment / .nanoseconds(1)))
        return ppoll(&wanted, 1, &time, nil) > 0
    }

    /// Writes all of it.
    ///
    /// - Throws: `.timedOut`, `.cancelled`, `.unreachable` for a connection that is closed or reset.
    public borrowing func write(
        _ bytes: [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) {
        var written = 0
        while written < bytes.count {
            // MSG_NOSIGNAL: a library must not depend on its host having ignored SIGPIPE.
            let count = bytes.withUnsafeBytes { rest in
                send(
                    descriptor, rest.baseAddress.map { $0 + written }, rest.count - written, CInt(MSG_NOSIGNAL)
                )
            }
            if count >= 0 { written += count } else { try await waitUnless(errno, .writable, deadline, step) }
        }
    }

    private borrowing func waitUnless(
        _ code: CInt, _ interest: Reactor.Interest, _ deadline: Deadline, _ step: String
    ) async throws(ProbeError) {
        switch code {
        case EINTR: return
        case EAGAIN: try await Reactor.shared.wait(for: descriptor, interest, until: deadline, step: step)
        default: throw ProbeError(errno: code, step: step)
        }
    }
}

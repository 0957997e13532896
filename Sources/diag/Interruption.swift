import CLinux
import Diagnostics
import Glibc
import Network
import Synchronization

/// ^C and SIGTERM as the end of a task, so that what has been found until then can still be printed.
enum Interruption {
    /// Runs `work`; the first signal cancels it, and from then on signals end the process as usual.
    static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let event = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        interruptionEvent.store(event, ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] { catchOnce(number) }
        let task = Task { await work() }
        let watcher = Task {
            try await Reactor.shared.wait(
                for: event, .readable, until: .after(.seconds(86_400 * 365)), step: "wait for ^C")
            task.cancel()
        }
        let value = await task.value
        watcher.cancel()
        // The descriptor stays open: a signal may come at any moment from now on, and would write to somebody else's.
        return value
    }

    /// A handler and no mask: threads of the cooperative pool are there already, and let signals in.
    private static func catchOnce(_ number: CInt) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let (one, saved) = (UInt64(1), errno)
            _ = withUnsafeBytes(of: one) {
                write(interruptionEvent.load(ordering: .sequentiallyConsistent), $0.baseAddress, 8)
            }
            errno = saved
        }
        action.sa_flags = SA_RESTART | CInt(bitPattern: UInt32(SA_RESETHAND))
        sigaction(number, &action, nil)
    }
}

/// The eventfd that the handler writes to: all that a handler may safely touch (signal-safety(7)). It is initialised
/// before there is a handler.
private let interruptionEvent = Atomic<CInt>(-1)

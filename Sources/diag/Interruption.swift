import CLinux
import Diagnostics
import Glibc
import Network

/// ^C as the end of a task, so that what has been found until then can still be printed.
enum Interruption {
    /// Runs `work`; the first ^C cancels it, and from then on ^C ends the process as usual.
    static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        // Before any other thread is there: those that come inherit it.
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let descriptor = signalfd(-1, &signals, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
        defer { close(descriptor) }
        let task = Task { await work() }
        let watcher = Task {
            try await Reactor.shared.wait(
                for: descriptor, .readable, until: .after(.seconds(86_400 * 365)), step: "wait for ^C")
            task.cancel()
            var usual = signals
            pthread_sigmask(SIG_UNBLOCK, &usual, nil)
        }
        defer { watcher.cancel() }
        return await task.value
    }
}

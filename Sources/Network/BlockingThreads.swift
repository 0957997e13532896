import Diagnostics
import Glibc
import Synchronization

/// Runs calls that can only block (getaddrinfo, statvfs on a dead mount) on threads of their own, at most `limit` at
/// once, never on Swift's cooperative pool.
///
/// A call that outlives its deadline is given up, not stopped: its caller goes on, its thread stays until the system
/// lets it go. Each kind of call has a pool of its own, so that dead mounts cannot starve name resolution.
public final class BlockingThreads: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let name: String
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter name: of the threads, at most 15 bytes.
    public init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// What `body` returns.
    ///
    /// - Throws: `.timedOut` when it has not returned by the deadline, `.cancelled` when the task is cancelled,
    ///   `.local` when no thread can be had.
    public func run<Value: Sendable>(
        _ step: String, until deadline: Deadline, _ body: @escaping @Sendable () -> Value
    ) async throws(ProbeError) -> Value {
        let result = Mutexed<Value?>(nil)
        let outcome = await Reactor.shared.park(until: deadline) { id in
            self.start {
                guard !deadline.hasPassed else { return }
                let value = body()
                result.set(value)
                Reactor.shared.complete(id, .ready([]))
            }
        }
        if case .ready = outcome, let value = result.get() { return value }
        switch outcome {
        case .cancelled: throw .cancelled(step)
        case .failed(let errno): throw ProbeError(errno: errno, step: step)
        case .ready, .timedOut: throw .timedOut(step)
        }
    }

    /// Zero or errno.
    private func start(_ job: @escaping @Sendable () -> Void) -> CInt {
        let mayStart = state.withLock { state in
            guard state.running < limit else {
                state.waiting.append(job)
                return false
            }
            state.running += 1
            return true
        }
        guard mayStart else { return 0 }
        let error = startThread(named: name) { self.work(from: job) }
        if error != 0 { state.withLock { $0.running -= 1 } }
        return error
    }

    private func work(from first: @escaping @Sendable () -> Void) {
        var next: (@Sendable () -> Void)? = first
        while let job = next {
            job()
            next = state.withLock { state in
                guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
                state.running -= 1
                return nil
            }
        }
    }
}

/// A value that a thread hands to a task.
private final class Mutexed<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func set(_ new: Value) { value.withLock { $0 = new } }
    func get() -> Value { value.withLock { $0 } }
}

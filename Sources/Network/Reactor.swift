import CLinux
import Diagnostics
import Glibc
import Synchronization

/// Waits for file descriptors, deadlines and finished threads on behalf of every task, on one thread of its own.
///
/// A wait is one-shot: it ends when the descriptor is ready, when its deadline passes or when its task is cancelled,
/// whichever comes first, and leaves nothing behind. Waits are known by an id of their own and never by the
/// descriptor: libpq swaps sockets between two waits and the kernel hands out a closed number again at once.
/// No two tasks may wait for the same descriptor at the same time.
///
/// Try the call first and wait only when it would block: bytes that OpenSSL or libpq has already taken off the socket
/// never make it readable again.
public final class Reactor: Sendable {
    /// Lives as long as the process; its thread starts with the first wait.
    public static let shared = Reactor()

    /// What a descriptor is waited for, and what it turned out to be ready for.
    public struct Interest: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let readable = Interest(rawValue: 1)
        public static let writable = Interest(rawValue: 2)
    }

    enum Outcome: Sendable {
        case ready(Interest)
        case timedOut
        case cancelled
        case failed(errno: CInt)
    }

    typealias WaitID = UInt64
    typealias Continuation = CheckedContinuation<Outcome, Never>

    private struct State {
        var waits: [WaitID: Continuation] = [:]
        var deadlines = DeadlineQueue()
        /// Cancelled before they were registered: the cancellation handler may run first.
        var cancelledEarly: Set<WaitID> = []
        /// When the thread will next look up by itself; nil while it is awake.
        var sleepsUntil: ContinuousClock.Instant?
    }

    private let epoll: CInt
    private let wakeUp: CInt
    private let state = Mutex(State())
    private let lastID = Atomic<WaitID>(0)
    /// Zero, or why the reactor could not be set up; every wait then fails with it.
    private let setUpError: CInt

    private init() {
        epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, wakeUp >= 0 else {
            setUpError = errno
            return
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: Self.wakeUpID))
        setUpError = epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0 ? 0 : errno
        if setUpError == 0 { startThread(named: "diag-reactor") { self.run() } }
    }

    /// Ids of waits count up from 1.
    private static let wakeUpID: WaitID = 0
}

// MARK: - For tasks

extension Reactor {
    /// Suspends the task until `descriptor` is ready.
    ///
    /// - Returns: what it is ready for. A descriptor in error or hung up counts as ready for all that was asked:
    ///   the next call on it tells what is wrong.
    /// - Throws: `.timedOut` when the deadline passes, `.cancelled` when the task is, `.local` for a descriptor
    ///   that cannot be waited for. `step` names what was being done.
    @discardableResult
    public func wait(
        for descriptor: CInt, _ interest: Interest, until deadline: Deadline, step: String
    ) async throws(ProbeError) -> Interest {
        let outcome = await park(until: deadline) { id in self.arm(descriptor, interest, id) }
        switch outcome {
        case .ready(let interest): return interest
        case .timedOut: throw .timedOut(step)
        case .cancelled: throw .cancelled(step)
        case .failed(let errno): throw ProbeError(errno: errno, step: step)
        }
    }

    /// Suspends the task until the deadline passes.
    ///
    /// - Throws: `.cancelled` when the task is cancelled before.
    public func sleep(until deadline: Deadline) async throws(ProbeError) {
        if case .cancelled = await park(until: deadline, begin: { _ in 0 }) { throw .cancelled("wait") }
    }

    /// Suspends the task until `complete` is called with the id that `begin` is given, or the deadline passes.
    ///
    /// `begin` runs once the wait is registered, so a completion cannot come too early; it returns zero or an errno.
    func park(until deadline: Deadline, begin: @Sendable (WaitID) -> CInt) async -> Outcome {
        guard setUpError == 0 else { return .failed(errno: setUpError) }
        let id = lastID.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard register(id, deadline, continuation) else { return continuation.resume(returning: .cancelled) }
                let error = begin(id)
                if error != 0 { complete(id, .failed(errno: error)) }
            }
        } onCancel: {
            cancel(id)
        }
        state.withLock { _ = $0.cancelledEarly.remove(id) }
        return outcome
    }

    /// Ends a wait. Does nothing when it has ended already.
    func complete(_ id: WaitID, _ outcome: Outcome) {
        // Resumed outside the lock: a continuation may run straight away on this thread and wait again.
        state.withLock { $0.waits.removeValue(forKey: id) }?.resume(returning: outcome)
    }

    private func register(_ id: WaitID, _ deadline: Deadline, _ continuation: Continuation) -> Bool {
        let (accepted, mustWake) = state.withLock { state in
            guard state.cancelledEarly.remove(id) == nil else { return (false, false) }
            state.waits[id] = continuation
            state.deadlines.insert(id, at: deadline.instant)
            return (true, state.sleepsUntil.map { deadline.instant < $0 } ?? false)
        }
        if mustWake { eventfd_write(wakeUp, 1) }
        return accepted
    }

    private func cancel(_ id: WaitID) {
        let continuation = state.withLock { state in
            let continuation = state.waits.removeValue(forKey: id)
            if continuation == nil { state.cancelledEarly.insert(id) }
            return continuation
        }
        continuation?.resume(returning: .cancelled)
    }

    /// Zero or errno. A descriptor that was waited for before is still known to epoll, disarmed; a closed one has left
    /// by itself. So: modify, and add where it is not known.
    private func arm(_ descriptor: CInt, _ interest: Interest, _ id: WaitID) -> CInt {
        var event = epoll_event(events: interest.events | EPOLLONESHOT.rawValue, data: epoll_data(u64: id))
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 { return 0 }
        guard errno == ENOENT else { return errno }
        return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno
    }
}

// MARK: - The thread

extension Reactor {
    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            let count = epoll_wait(epoll, &events, CInt(events.count), millisecondsToSleep())
            state.withLock { $0.sleepsUntil = nil }
            for event in events.prefix(Int(max(0, count))) { dispatch(event) }
            expire()
        }
    }

    private func dispatch(_ event: epoll_event) {
        guard event.data.u64 != Self.wakeUpID else {
            var count: eventfd_t = 0
            eventfd_read(wakeUp, &count)
            return
        }
        complete(event.data.u64, .ready(Interest(events: event.events)))
    }

    private func expire() {
        let expired = state.withLock { state in
            state.deadlines.removeAll(until: .now).compactMap { state.waits.removeValue(forKey: $0) }
        }
        for continuation in expired { continuation.resume(returning: .timedOut) }
    }

    /// Rounded up, so that a deadline has passed when the thread wakes for it. -1 is for ever.
    private func millisecondsToSleep() -> CInt {
        state.withLock { state in
            guard let next = state.deadlines.earliest else {
                state.sleepsUntil = .now + .seconds(1 << 30)
                return -1
            }
            state.sleepsUntil = next
            let milliseconds = (ContinuousClock.now.duration(to: next).seconds * 1000).rounded(.up)
            return CInt(min(max(0, milliseconds), 60_000))
        }
    }
}

extension Reactor.Interest {
    var events: UInt32 {
        (contains(.readable) ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0)
            | (contains(.writable) ? EPOLLOUT.rawValue : 0)
    }

    init(events: UInt32) {
        self = []
        let broken = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        if broken || events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { insert(.readable) }
        if broken || events & EPOLLOUT.rawValue != 0 { insert(.writable) }
    }
}

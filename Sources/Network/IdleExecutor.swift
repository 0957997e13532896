import CLinux
import Glibc
import Synchronization

/// Runs tasks on threads that have a processor only when nobody else wants it (SCHED_IDLE of sched(7)): work that goes on
/// for seconds beside the server that it looks at is then never what that server's clients wait for.
///
/// On a machine that has more to do than processors such work would not get on at all. Once its threads have waited for a
/// processor for more than half of the time, what comes next runs on Swift's own threads, as any other task does: a thread
/// cannot leave SCHED_IDLE again without privileges.
public final class IdleExecutor: TaskExecutor {
    public static let shared = IdleExecutor()

    private struct State {
        var jobs: [UnownedJob] = []
        var hasThreads = false
        var hasStarved = false
    }

    /// Above this share of waiting for a processor, in so long a time, the threads are given up.
    private static let mostWaiting = 0.5
    private static let leastTime = Duration.milliseconds(500)

    private let state = Mutex(State())
    /// A semaphore: one for each job that nobody has taken yet. Open as long as the process.
    private let available = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_SEMAPHORE))

    init() {}

    /// Whether its tasks run as any other does.
    public var hasStarved: Bool { state.withLock(\.hasStarved) }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isOurs = state.withLock { state in
            if !state.hasThreads { startThreads(&state) }
            guard !state.hasStarved else { return false }
            state.jobs.append(job)
            return true
        }
        if isOurs { eventfd_write(available, 1) } else { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    /// As many as there are processors; without any, Swift's own do all the work.
    private func startThreads(_ state: inout State) {
        state.hasThreads = true
        var started = 0
        for _ in 0..<max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) where available >= 0 {
            if startThread(named: "diag-idle", { self.work() }) == 0 { started += 1 }
        }
        state.hasStarved = started == 0
    }

    private func work() {
        var parameters = sched_param()
        sched_setscheduler(0, Self.idlePolicy, &parameters)
        var waiting = ProcessorWaiting()
        var one = eventfd_t()
        while eventfd_read(available, &one) == 0 || errno == EINTR {
            let share = waiting.share(atLeast: Self.leastTime)
            let (job, isOurs) = state.withLock { state in
                if let share, share > Self.mostWaiting { state.hasStarved = true }
                return (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), !state.hasStarved)
            }
            guard let job else { continue }
            if isOurs {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else {
                globalConcurrentExecutor.enqueue(ExecutorJob(job))
            }
        }
    }

    /// GNU's, which the overlay leaves out: SCHED_IDLE of bits/sched.h.
    private static let idlePolicy: CInt = 5
}

/// How long the calling thread had something to do and no processor to do it on.
private struct ProcessorWaiting {
    private var time = ContinuousClock.now
    private var waited = Self.waited() ?? .zero

    /// Of the time since it was told last; nil where less than that has passed, or the system does not tell.
    mutating func share(atLeast least: Duration) -> Double? {
        let now = ContinuousClock.now
        guard time.duration(to: now) >= least, let waited = Self.waited() else { return nil }
        defer { (time, self.waited) = (now, waited) }
        return (waited - self.waited) / time.duration(to: now)
    }

    /// The second number of schedstat (proc(5)): nanoseconds on a run queue.
    private static func waited() -> Duration? {
        guard let bytes = try? TextFile.read("/proc/thread-self/schedstat", upTo: 4096) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return numbers.dropFirst().first.flatMap { Int64($0) }.map { .nanoseconds($0) }
    }
}

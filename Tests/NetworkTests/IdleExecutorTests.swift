import Diagnostics
import Glibc
import Synchronization
import Testing

@testable import Network

@Suite("Work that gives way", .timeLimit(.minutes(3)))
struct IdleExecutorTests {
    /// SCHED_IDLE of bits/sched.h.
    private static let idle: CInt = 5

    private static func policy() -> CInt { sched_getscheduler(0) }

    @Test func runsWhenNobodyElseWantsAProcessor() async {
        let executor = IdleExecutor()
        let policy = await withTaskExecutorPreference(executor) { () async in Self.policy() }
        #expect(policy == Self.idle || executor.hasStarved)
        #expect(Self.policy() != Self.idle, "and nothing else does")
    }

    @Test func childrenAndThoseWhoWaitComeBackToIt() async throws {
        let executor = IdleExecutor()
        let policies = try await withTaskExecutorPreference(executor) {
            try await withThrowingTaskGroup(of: CInt.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await Reactor.shared.sleep(until: .after(.milliseconds(number % 5)))
                        await Task.yield()
                        return Self.policy()
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(policies.count == 50)
        #expect(policies.allSatisfy { $0 == Self.idle } || executor.hasStarved)
    }

    /// With more to do than processors, idle threads would stand still for as long as that lasts.
    @Test(.enabled(if: access("/proc/thread-self/schedstat", R_OK) == 0, "the system tells nobody that it waits"))
    func getsOnWhereThereIsNeverAnIdleProcessor() async {
        let executor = IdleExecutor()
        let isOver = Flag()
        // Threads of their own, for Swift's must stay free.
        for _ in 0..<max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) {
            startThread(named: "busy") { while !isOver.value.load(ordering: .relaxed) {} }
        }
        defer { isOver.value.store(true, ordering: .relaxed) }
        await withTaskExecutorPreference(executor) {
            while !executor.hasStarved {
                for _ in 0..<100 where !executor.hasStarved { usleep(10) }
                await Task.yield()
            }
        }
        let policy = await withTaskExecutorPreference(executor) { () async in Self.policy() }
        #expect(policy != Self.idle)
    }
}

private final class Flag: Sendable {
    let value = Atomic(false)
}

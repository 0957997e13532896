import Diagnostics
import Glibc
import Synchronization
import Testing

@testable import Network

@Suite("Calls that can only block")
struct BlockingThreadsTests {
    @Test func giveTheirValue() async throws {
        let threads = BlockingThreads(name: "test", limit: 2)
        #expect(try await threads.run("add", until: .after(.seconds(5))) { 20 + 22 } == 42)
    }

    @Test func areGivenUpAtTheDeadlineThoughTheyGoOn() async {
        let threads = BlockingThreads(name: "test", limit: 2)
        await #expect(throws: ProbeError.timedOut("statvfs /dead")) {
            try await threads.run("statvfs /dead", until: .after(.milliseconds(50))) { _ = usleep(1_000_000) }
        }
    }

    @Test func runAtMostSoManyAtOnce() async throws {
        let threads = BlockingThreads(name: "test", limit: 3)
        let (running, most) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await threads.run("work", until: .after(.seconds(20))) {
                        most.raise(to: running.add(1))
                        usleep(5_000)
                        _ = running.add(-1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value == 3)
        #expect(running.value == 0)
    }

    @Test func aFullPoolTimesOutThoseThatWait() async throws {
        let threads = BlockingThreads(name: "test", limit: 1)
        let hung = Task { try await threads.run("hang", until: .after(.seconds(5))) { _ = usleep(500_000) } }
        try await Reactor.shared.sleep(until: .after(.milliseconds(50)))
        await #expect(throws: ProbeError.timedOut("wait")) {
            try await threads.run("wait", until: .after(.milliseconds(50))) {}
        }
        try await hung.value
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add(_ number: Int) -> Int {
        count.withLock {
            $0 += number
            return $0
        }
    }
    func raise(to number: Int) { count.withLock { $0 = max($0, number) } }
}

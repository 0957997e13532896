import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

/// Each scenario is brought about on a real server and the graph held against `pg_blocking_pids`.
@Suite("The lock graph of a real server", .serialized)
struct LockGraphOnServerTests {
    /// Of its own: these sessions would take the slots that other tests need. It ends with the process.
    private static let playground = Playground()

    @Test(arguments: LockScenario.all)
    func agreesWithTheServersOwnAnswer(scenario: LockScenario) async throws {
        let servers = try await Self.playground.postgresql()
        let stage = try LockStage(servers, table: "lock_stage")
        defer { stage.clear() }
        try await scenario.play(on: stage)
        #expect(!(try await stage.bothAnswers().server.isEmpty))
        try await stage.check("at the end")
        #expect(stage.disagreements == [])
    }

    @Test func tellsWhoIsIdleAtTheRootAndWhatEndingItBrings() async throws {
        let servers = try await Self.playground.postgresql()
        let stage = try LockStage(servers, table: "lock_stage")
        defer { stage.clear() }
        try await LockScenario.idleRootBeforeDDL.play(on: stage)
        let graph = try await stage.bothAnswers().graph
        let root = try #require(graph.roots.first)
        #expect(graph.roots.count == 1)
        #expect(root.party == .session(pid: stage.pid("root")))
        #expect(root.heldUp.count == 4)
        #expect(root.freedAtOnce == [.session(pid: stage.pid("update"))])
        let party = try #require(graph.parties.first { $0.id == root.party })
        #expect(party.state == "idle in transaction")
        #expect(LockGraph.remedy(for: party) == .terminate(pid: stage.pid("root"), started: party.started))
        #expect(graph.waits.contains { $0.row == .tuple(relation: "lock_stage", page: 0, tuple: 1) })
        #expect(graph.waits.contains { $0.object == .relation("lock_stage") && $0.mode == .accessExclusive })
    }

    @Test func showsADeadlockBeforeTheServerEndsIt() async throws {
        let servers = try await Self.playground.postgresql()
        let stage = try LockStage(servers, table: "lock_stage")
        defer { stage.clear() }
        try await LockScenario.ring.play(on: stage)
        let graph = try await stage.bothAnswers().graph
        #expect(graph.cycles.map { Set($0) } == [Set(["a", "b", "c"].map { .session(pid: stage.pid($0)) })])
    }

    @Test func namesAdvisoryLocksAsTheyWereAskedFor() async throws {
        let servers = try await Self.playground.postgresql()
        let stage = try LockStage(servers, table: "lock_stage")
        defer { stage.clear() }
        try await LockScenario.advisory.play(on: stage)
        let objects = Set(try await stage.bothAnswers().graph.waits.map(\.object.description))
        #expect(objects == ["advisory lock 4294967338", "advisory lock (1, -7)"])
    }
}

extension LockGraph {
    /// As `pg_blocking_pids` gives it; 0 is a prepared transaction.
    var blockersByPID: [Int32: Set<Int32>] {
        Dictionary(
            waits.map { wait in (wait.waiter.pid, Set(blockers(of: wait).map(\.party.pid))) },
            uniquingKeysWith: { $0.union($1) })
    }
}

extension LockParty.ID {
    fileprivate var pid: Int32 {
        switch self {
        case .session(let pid): pid
        case .preparedTransaction: 0
        }
    }
}

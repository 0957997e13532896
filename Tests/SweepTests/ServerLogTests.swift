import Diagnostics
import Playground
import PostgreSQL
import Testing

@testable import Sweep

@Suite("Deadlocks read in the server's log file", .serialized)
struct ServerLogTests {
    @Test(.timeLimit(.minutes(2))) func areShownWithTheirStatementsWhenThereAreNewOnes() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        var settings = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.monitor))
        settings.password = servers.monitor.password
        settings.log = servers.primary.log.replacing("-server.log", with: "-serv*.log")
        let target = ConfiguredTarget(name: "primary", settings: .postgresql(settings))
        let folder = TemporaryFolder()
        let history = OpeningHistory(at: folder.path("diag.sqlite"))
        try await playground.bring(.deadlock)

        let first = await target.probe(history: history).observe(until: .after(.seconds(20)))
        #expect(first.reports == nil, "nobody knows which of them are new")
        try await remember(first, history)
        let second = await target.probe(history: history).observe(until: .after(.seconds(20)))
        #expect(second.reports == nil)
        try await playground.bring(.deadlock)
        let isTold = try await eventually {
            let third = await target.probe(history: history).observe(until: .after(.seconds(20)))
            return third.reports?.contains("UPDATE debates SET rounds = rounds + 1 WHERE id = 2") == true
        }
        #expect(isTold)
        let asked = await target.deadlocksProbe?.observe(until: .after(.seconds(20)))
        #expect(asked?.reports?.contains("while updating tuple") == true)
        await playground.stop()
    }

    @Test func aLogThatIsNotThereIsAProblemAndNoMore() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.monitor))
        settings.password = servers.monitor.password
        settings.log = "/nowhere/postgresql-*.log"
        let target = ConfiguredTarget(name: "primary", settings: .postgresql(settings))
        let seen = try #require(await target.deadlocksProbe?.observe(until: .after(.seconds(20))))
        #expect(seen.failure == nil)
        #expect(seen.evidence.contains { $0.id == "postgresql.deadlocks" })
        #expect(seen.problems.map(\.kind) == [.refused])
        #expect(seen.problems.first?.message.contains("/nowhere/postgresql-*.log") == true)
    }

    private func remember(_ seen: Observation, _ history: OpeningHistory) async throws {
        let opened = try #require(await history.opened.history)
        let lookback = [PostgreSQLMetrics.deadlocks.name: Duration.seconds(3600)]
        try await opened.judging([seen], lookback: lookback, now: .now) { _, states in ((), states) }
    }
}

/// What holds soon, on a machine that is busy with other things too.
private func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

extension Observation {
    /// Nil when there are none.
    fileprivate var reports: String? {
        guard case .tree(let branches) = evidence.first(where: { $0.id == "postgresql.deadlocks.reports" })?.body else {
            return nil
        }
        return branches.map(\.allText).joined(separator: "\n")
    }
}

extension Branch {
    fileprivate var allText: String { ([text] + children.map(\.allText)).joined(separator: "\n") }
}

import Diagnostics
import Playground
import Queries
import Testing

@testable import PostgreSQL

/// All that there is to ask, of every version of PostgreSQL that is here: Debian's, and what `.ci/postgresql-versions`
/// has fetched (`make test-versions`).
@Suite("Every version of PostgreSQL", .serialized)
struct VersionsTests {
    @Test(arguments: PostgreSQLInstallation.all)
    func answersEverything(of installation: PostgreSQLInstallation) async throws {
        let playground = Playground(postgresql: installation)
        let servers = try await playground.postgresql()
        do {
            try await answersEachQuestionAsItsHeaderPromises(servers)
            try await givesNoProblems(servers)
            try await countsDeadlocks(servers)
            for scenario in LockScenario.all { try await agreesOnLocks(scenario, servers) }
        } catch {
            Issue.record(error, "\(installation)")
        }
        await playground.stop()
    }

    /// As a member of pg_monitor, on a primary and on a standby. Where the extension is missing, the questions that need
    /// it are refused, and only those.
    private func answersEachQuestionAsItsHeaderPromises(_ servers: PostgreSQLServers) async throws {
        let files = PostgreSQLQueries.all.filter { $0.servers?.contains(servers.installation.major) == true }
        let (privileged, usual) = (files.filter(\.needsMoreThanPgMonitor), files.filter { !$0.needsMoreThanPgMonitor })
        for server in [servers.primary, servers.standby] {
            try await expectPromised(of: usual, by: server, as: servers.monitor, servers)
            try await expectPromised(of: privileged, by: server, as: servers.superuser, servers)
        }
    }

    private func expectPromised(
        of files: [SQLFile], by server: PostgreSQLServers.Server, as account: Account, _ servers: PostgreSQLServers
    ) async throws {
        let connection = try await Connection.open(
            servers.settings(for: server, as: account), until: .after(.seconds(30)))
        #expect(connection.serverVersion / 10_000 == servers.installation.major)
        let queries = files.map { Query(step: $0.name, text: $0.statement) }
        for (file, answer) in zip(files, await connection.ask(queries, until: .after(.seconds(30)))) {
            let end = server.port == servers.standby.port ? "standby" : "primary"
            let place = Comment("\(file.name) on \(servers.installation), \(end)")
            if file.text.contains("-- needs:"), !servers.installation.hasStatementStatistics {
                #expect(throws: ProbeError.self, place) { try answer.get() }
                continue
            }
            let header = try SQLHeader(of: file)
            let rows = try #require(try? answer.get(), "\(place): \(answer)")
            #expect(rows.columns == header.columns.map(\.name), place)
            #expect(rows.types == header.columns.map(\.type.oid), place)
        }
    }

    /// The whole probe, as a sweep and a person ask it, at both ends.
    private func givesNoProblems(_ servers: PostgreSQLServers) async throws {
        let place = Comment("\(servers.installation)")
        for server in [servers.primary, servers.standby] {
            let seen = await servers.observe(server, as: servers.monitor, expecting: server.expected(on: servers))
            #expect(seen.failure == nil, place)
            #expect(seen.problems == [], place)
            #expect(seen.gaps == [], place)
            #expect(seen.value(PostgreSQLMetrics.inRecovery) == (server.port == servers.standby.port ? 1 : 0), place)
        }
        let lag = await servers.observe(servers.standby, as: servers.monitor)
            .value(PostgreSQLMetrics.replicationLagBytes, ["role": "standby"])
        #expect(lag != nil, place)
    }

    private func countsDeadlocks(_ servers: PostgreSQLServers) async throws {
        let seen = await servers.observe(servers.primary, as: servers.monitor)
        let deadlocks = seen.samples.filter { $0.metric == PostgreSQLMetrics.deadlocks }
        #expect(deadlocks.contains { $0.labels["datname"] == "app" && $0.value == 0 }, "\(servers.installation)")
        #expect(deadlocks.allSatisfy { $0.identity != nil }, "\(servers.installation)")
    }

    private func agreesOnLocks(_ scenario: LockScenario, _ servers: PostgreSQLServers) async throws {
        let stage = try LockStage(servers, table: "lock_stage")
        defer { stage.clear() }
        try await scenario.play(on: stage)
        let (graph, server) = try await stage.bothAnswers()
        #expect(!server.isEmpty, "\(scenario.testDescription) on \(servers.installation)")
        #expect(graph.blockersByPID == server, "\(scenario.testDescription) on \(servers.installation)")
    }
}

extension PostgreSQLServers.Server {
    /// The standbys that should stream from it.
    fileprivate func expected(on servers: PostgreSQLServers) -> [String] {
        port == servers.primary.port ? ["standby"] : []
    }
}

import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("The probe at work")
struct ProbeTests {
    @Test func seesAHealthyPrimaryWithPgMonitorAlone() async throws {
        let servers = try await Playground.shared.postgresql()
        let seen = await servers.observe(servers.primary, as: servers.monitor, expecting: ["standby", "absent"])
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.value(PostgreSQLMetrics.inRecovery) == 0)
        #expect(seen.value(PostgreSQLMetrics.connectionsMax) == 27)
        #expect(try #require(seen.value(PostgreSQLMetrics.connectionsUsedRatio)) >= 1.0 / 27)
        #expect(try #require(seen.value(PostgreSQLMetrics.tcpConnect)) > 0)
        #expect(seen.value(PostgreSQLMetrics.deadlocks, ["datname": "app"]) != nil)
        #expect(seen.value(PostgreSQLMetrics.standbyConnected, ["application_name": "standby"]) == 1)
        #expect(seen.value(PostgreSQLMetrics.standbyConnected, ["application_name": "absent"]) == 0)
        #expect(seen.evidence("postgresql.statements") != nil)
        #expect(seen.evidence("postgresql.pooler") == nil)
        #expect(seen.column("application_name", of: "postgresql.connections.clients").contains(.text("diag")))
    }

    @Test func seesAHealthyStandbyAndTheSameClusterAtBothEnds() async throws {
        let servers = try await Playground.shared.postgresql()
        let primary = await servers.observe(servers.primary, as: servers.monitor)
        let standby = await servers.observe(servers.standby, as: servers.monitor)
        #expect(standby.problems == [])
        #expect(standby.value(PostgreSQLMetrics.inRecovery) == 1)
        #expect(standby.value(PostgreSQLMetrics.receiverStreaming) == 1)
        #expect(standby.value(PostgreSQLMetrics.replicationLag, ["role": "standby"]) != nil)
        let clusters = [primary, standby].map { end in
            end.samples.first { $0.metric == PostgreSQLMetrics.walPosition }?.identity
        }
        #expect(clusters[0] != nil)
        #expect(clusters[0] == clusters[1])
    }

    @Test func namesEachRightThatIsMissing() async throws {
        let servers = try await Playground.shared.postgresql()
        let seen = await servers.observe(servers.primary, as: servers.application)
        #expect(seen.failure == nil)
        let problem = try #require(seen.problems.first { $0.kind == .forbidden })
        #expect(problem.advice == "GRANT pg_monitor TO app")
        #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) != nil)
        #expect(seen.value(PostgreSQLMetrics.deadlocks, ["datname": "app"]) != nil)
        let missing = Set(seen.gaps.map(\.metric))
        #expect(missing.contains(PostgreSQLMetrics.replicationLag.name))
        #expect(missing.contains(PostgreSQLMetrics.idleSessions.name))
    }

    @Test func asksOnlyWhatItIsToldTo() async throws {
        let servers = try await Playground.shared.postgresql()
        let probe = PostgreSQLProbe(
            servers.settings(for: servers.primary, as: servers.monitor), questions: [.deadlocks])
        let seen = await probe.observe(until: .after(.seconds(20)))
        #expect(seen.value(PostgreSQLMetrics.deadlocks, ["datname": "app"]) != nil)
        #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) == nil)
        #expect(seen.evidence("postgresql.statements") == nil)
    }

    @Test func readsThroughAPoolerAndSaysSo() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["port"] = String(pooler.port)
        let seen = await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) != nil)
        #expect(seen.evidence("postgresql.pooler") != nil)
    }

    @Test func tellsThePoolersConsoleFromADatabase() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let settings = PostgreSQLSettings(
            name: "pool",
            parameters: [
                "host": pooler.host, "port": String(pooler.port), "user": pooler.administrator.name,
                "dbname": "pgbouncer",
            ], password: pooler.administrator.password)
        let seen = await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure?.kind == .misconfigured)
        #expect(seen.failure?.message.contains("PgBouncer") == true)
    }

    @Test func saysNoPasswordAnywhere() async throws {
        let servers = try await Playground.shared.postgresql()
        for account in [servers.monitor, servers.application, servers.superuser] {
            let seen = await servers.observe(servers.primary, as: account)
            #expect(!"\(seen)".contains(account.password))
        }
    }
}

@Suite("Faults of a server of its own", .serialized)
struct FaultTests {
    @Test func areSeenAndSeenToGo() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        try await exhaustion(of: servers, playground)
        try await lag(of: servers, playground)
        try await cut(of: servers, playground)
        try await deadlock(on: servers, playground)
        try await pileUp(on: servers, playground)
        try await idleness(on: servers, playground)
        await playground.stop()
    }

    /// Through an ordinary role "too many clients" is itself what is seen; a superuser gets a reserved slot.
    private func exhaustion(of servers: PostgreSQLServers, _ playground: Playground) async throws {
        try await playground.bring(.exhaustConnections)
        let refused = await servers.observe(servers.primary, as: servers.monitor)
        #expect(refused.failure?.kind == .server(code: "53300"))
        #expect(refused.value(PostgreSQLMetrics.connectionsUsedRatio) == 1)
        let admitted = await servers.observe(servers.primary, as: servers.superuser)
        #expect(admitted.failure == nil)
        #expect(try #require(admitted.value(PostgreSQLMetrics.connectionsUsedRatio)) >= 1)
        #expect(admitted.column("application_name", of: "postgresql.connections.clients").first == .text("worker"))
        try await playground.mend(.exhaustConnections)
        let mended = await servers.observe(servers.primary, as: servers.monitor)
        #expect(try #require(mended.value(PostgreSQLMetrics.connectionsUsedRatio)) < 0.5)
    }

    private func lag(of servers: PostgreSQLServers, _ playground: Playground) async throws {
        try await playground.bring(.stopReplay)
        let grows = try await eventually {
            let standby = await servers.observe(servers.standby, as: servers.monitor)
            let primary = await servers.observe(servers.primary, as: servers.monitor)
            return (standby.value(PostgreSQLMetrics.replicationLag, ["role": "standby"]) ?? 0) > 1
                && (primary.value(PostgreSQLMetrics.replicationLag, ["application_name": "standby"]) ?? 0) > 1
                && (primary.value(PostgreSQLMetrics.replicationLagBytes, ["application_name": "standby"]) ?? 0) > 0
                && standby.value(PostgreSQLMetrics.replayPaused) == 1
        }
        #expect(grows)
        try await playground.mend(.stopReplay)
        #expect(try await eventually { await servers.lagOfStandby < 1 })
    }

    private func cut(of servers: PostgreSQLServers, _ playground: Playground) async throws {
        try await playground.bring(.cutReplication)
        #expect(try await eventually { await servers.lagOfStandby > 1 })
        let primary = await servers.observe(servers.primary, as: servers.monitor, expecting: ["standby"])
        #expect(primary.value(PostgreSQLMetrics.standbyConnected, ["application_name": "standby"]) == 0)
        #expect(primary.gaps.contains { $0.metric == PostgreSQLMetrics.replicationLag.name })
        let standby = await servers.observe(servers.standby, as: servers.monitor)
        #expect(standby.value(PostgreSQLMetrics.receiverStreaming) == 0)
        try await playground.mend(.cutReplication)
        #expect(try await eventually { await servers.lagOfStandby < 1 })
    }

    private func deadlock(on servers: PostgreSQLServers, _ playground: Playground) async throws {
        let before = await servers.observe(servers.primary, as: servers.monitor)
        try await playground.bring(.deadlock)
        let after = await servers.observe(servers.primary, as: servers.monitor)
        let counts = [before, after].map { $0.value(PostgreSQLMetrics.deadlocks, ["datname": "app"]) ?? -1 }
        #expect(counts[1] == counts[0] + 1)
        #expect(after.samples.first { $0.metric == PostgreSQLMetrics.deadlocks }?.identity != nil)
    }

    private func idleness(on servers: PostgreSQLServers, _ playground: Playground) async throws {
        try await playground.bring(.idleSessions)
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.idleThreshold = .milliseconds(300)
        let probe = PostgreSQLProbe(settings)
        let seen = try await eventually {
            let seen = await probe.observe(until: .after(.seconds(20)))
            let names = seen.column("application_name", of: "postgresql.connections.idle")
            return names.count { $0 == .text("forgotten") } == 6
        }
        #expect(seen)
        let patient = await servers.observe(servers.primary, as: servers.monitor)
        #expect(patient.value(PostgreSQLMetrics.idleSessions) == 0)
        try await playground.mend(.idleSessions)
    }

    private func pileUp(on servers: PostgreSQLServers, _ playground: Playground) async throws {
        try await playground.bring(.lockPileup)
        let seen = await servers.observe(servers.primary, as: servers.monitor)
        #expect(seen.value(PostgreSQLMetrics.lockWaiters) == 6)
        #expect(seen.column("application_name", of: "postgresql.locks.roots") == [.text("forgotten transaction")])
        #expect(seen.column("held_up", of: "postgresql.locks.roots") == [.integer(6)])
        let blind = await servers.observe(servers.primary, as: servers.application)
        #expect(blind.value(PostgreSQLMetrics.lockWaiters) == 6)
        try await playground.mend(.lockPileup)
        let mended = await servers.observe(servers.primary, as: servers.monitor)
        #expect(mended.value(PostgreSQLMetrics.lockWaiters) == 0)
    }
}

extension PostgreSQLServers {
    /// As the standby says.
    fileprivate var lagOfStandby: Double {
        get async {
            await observe(standby, as: monitor).value(PostgreSQLMetrics.replicationLag, ["role": "standby"]) ?? -1
        }
    }
}

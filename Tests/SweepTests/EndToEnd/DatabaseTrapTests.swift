import Diagnostics
import Playground
import PostgreSQL
import Runbook
import Testing

@testable import Sweep

/// What is between a database and whoever looks at it.
extension FaultTests {
    /// What is reserved for superusers is there for a diagnosis that is one.
    @Test(.timeLimit(.minutes(1))) func aReservedSlotShowsWhoHoldsAllOthers() async throws {
        var stage = try await Stage(Self.playground)
        let servers = try await Self.playground.postgresql()
        let superuser = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.superuser))
        stage.configuration.targets = [
            ConfiguredTarget(name: "primary", settings: .postgresql(superuser.with(servers.superuser)))
        ]
        try await Self.playground.bring(.exhaustConnections)
        let finding = try await stage.sweep().finding("PostgreSQLConnectionsExhausted")
        try await Self.playground.mend(.exhaustConnections)
        #expect(finding?.verdict == .firing)
        // More than all: the reserved slot that this very look takes is none that others could have.
        #expect(finding?.value.map { $0 >= 1 } == true, "\(finding?.summary ?? "")")
        let clients = finding?.evidence.first { $0.id == "postgresql.connections.clients" }
        #expect(clients?.words.contains("worker") == true, "\(finding?.evidence.map(\.id) ?? [])")
    }

    @Test(.timeLimit(.minutes(1))) func aPoolerInBetweenIsSaidAndFrightensNobody() async throws {
        var stage = try await Stage(Self.playground)
        let servers = try await Self.playground.postgresql()
        let pooler = try await Self.playground.pgbouncer()
        let direct = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.monitor))
        var pooled = direct
        pooled.parameters["port"] = "\(pooler.port)"
        stage.configuration.targets = [
            ConfiguredTarget(name: "direct", settings: .postgresql(direct.with(servers.monitor))),
            ConfiguredTarget(name: "pooled", settings: .postgresql(pooled.with(servers.monitor))),
        ]
        _ = try await stage.sweep()
        let outcome = try await stage.sweep()
        #expect(outcome.troubles == [])
        #expect(outcome.unknowns == [])
        #expect(outcome.observation("pooled")?.piece("postgresql.pooler") != nil)
        #expect(outcome.observation("direct")?.piece("postgresql.pooler") == nil)
        for metric in ["diag_postgresql_connections_used_ratio", "diag_postgresql_deadlocks_total"] {
            #expect(outcome.observation("pooled")?.value(metric) != nil, "\(metric)")
        }
    }

    /// One of the standbys that should be there never came.
    @Test(.timeLimit(.minutes(1))) func aStandbyThatIsMissedIsNotFine() async throws {
        var stage = try await Stage(Self.playground)
        let servers = try await Self.playground.postgresql()
        var settings = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.monitor))
        settings.expectedStandbys = ["standby", "ghost"]
        stage.configuration.targets = [
            ConfiguredTarget(name: "primary", settings: .postgresql(settings.with(servers.monitor)))
        ]
        let outcome = try await stage.sweep()
        let findings = outcome.findings("PostgreSQLReplicationLag")
        #expect(findings.contains { $0.verdict != .ok && $0.summary.contains("ghost") }, "\(findings.map(\.summary))")
        #expect(findings.contains { $0.verdict == .ok }, "\(findings.map(\.summary))")
        #expect(ExitStatus(outcome.findings) != .ok)
    }

    /// Only what was asked for is judged; what else fires is neither forgotten nor begun anew.
    @Test(.timeLimit(.minutes(1))) func aNarrowerSweepForgetsNothing() async throws {
        let stage = try await Stage(Self.playground, .atOnce)
        _ = try await stage.sweep()
        try await Self.playground.bring(.memory)
        let first = try await stage.sweep().finding("HighMemoryUsage")
        #expect(first?.verdict == .firing)
        let narrow = try await stage.sweep(only: ["redis", "RedisMemoryFull"])
        #expect(Set(narrow.findings.map(\.alert)) == ["RedisMemoryFull"])
        #expect(narrow.observations.map(\.target.name).sorted() == ["cache", "cache-replica"])
        _ = try await stage.sweep(only: ["HighCPUUsage"])
        let again = try await stage.sweep()
        try await Self.playground.mend(.memory)
        #expect(again.finding("HighMemoryUsage")?.since == first?.since)
        #expect(again.unknowns == [])
        #expect(try await stage.sweep().finding("HighMemoryUsage")?.resolved != nil)
    }

    /// The dead primary's alerts are its own; what the standby has to say stands.
    @Test(.timeLimit(.minutes(1))) func aDeadPrimaryLeavesTheStandbysFindings() async throws {
        var stage = try await Stage(Self.playground)
        let hostile = try await Self.playground.hostile()
        _ = try await stage.sweep()
        stage.configuration.targets = stage.configuration.targets.map { target in
            guard target.target.name == "primary", case .postgresql(var settings) = target.settings else {
                return target
            }
            settings.parameters["port"] = "\(hostile.port(.refusing))"
            return ConfiguredTarget(name: "primary", settings: .postgresql(settings))
        }
        let outcome = try await stage.sweep()
        #expect(outcome.finding("InstanceDown", at: "primary")?.verdict == .firing)
        #expect(outcome.finding("InstanceDown", at: "primary")?.summary.contains("refused") == true)
        #expect(outcome.finding("PostgreSQLConnectionsExhausted", at: "primary")?.verdict == .unknown)
        #expect(outcome.finding("PostgreSQLDeadlocks", at: "primary")?.verdict == .unknown)
        #expect(outcome.finding("PostgreSQLReplicationLag", at: "standby")?.verdict == .ok)
        #expect(outcome.finding("PostgreSQLDeadlocks", at: "standby")?.verdict == .ok)
        #expect(Set(outcome.findings.filter { $0.verdict == .firing }.map(\.alert)) == ["InstanceDown"])
    }
}

extension PostgreSQLSettings {
    fileprivate func with(_ account: Account) -> PostgreSQLSettings {
        var settings = self
        settings.password = account.password
        return settings
    }
}

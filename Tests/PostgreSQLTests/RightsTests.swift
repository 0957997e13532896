import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("Rights that a role has or lacks", .serialized)
struct RightsTests {
    @Test func eachMissingRightIsToldOnceAndTheRestWorks() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        try await servers.prepareRoles()
        let rows: [(role: String, advice: [String])] = [
            ("diag", []), ("seer", []), ("bare", ["GRANT pg_monitor TO bare"]),
            ("Odd one", ["GRANT pg_monitor TO \"Odd one\""]),
        ]
        for server in [servers.primary, servers.standby] {
            for row in rows {
                let seen = await servers.observe(server, as: row.role)
                #expect(seen.failure == nil, "\(row.role)")
                #expect(seen.problems.compactMap(\.advice) == row.advice, "\(row.role): \(seen.problems)")
                #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) != nil)
                #expect(seen.value(PostgreSQLMetrics.deadlocks, ["datname": "app"]) != nil)
                #expect(seen.value(PostgreSQLMetrics.lockWaiters) == 0)
                #expect((seen.value(PostgreSQLMetrics.idleSessions) != nil) == row.advice.isEmpty)
            }
        }
        try await hiddenIsNotAbsent(servers)
        try await withoutAFunction(servers)
        await playground.stop()
    }

    /// A standby whose state is hidden streams all the same, and so does a receiver.
    private func hiddenIsNotAbsent(_ servers: PostgreSQLServers) async throws {
        var settings = servers.settings(for: servers.primary, as: servers.monitor, expecting: ["standby", "absent"])
        settings.parameters["user"] = "bare"
        let primary = await observe(settings)
        #expect(primary.value(PostgreSQLMetrics.standbyConnected, ["application_name": "standby"]) == nil)
        #expect(primary.value(PostgreSQLMetrics.standbyConnected, ["application_name": "absent"]) == 0)
        #expect(primary.gaps.contains { $0.metric == PostgreSQLMetrics.standbyConnected.name })
        let standby = await servers.observe(servers.standby, as: "bare")
        #expect(standby.value(PostgreSQLMetrics.receiverStreaming) == nil)
        #expect(standby.gaps.contains { $0.metric == PostgreSQLMetrics.receiverStreaming.name })
    }

    /// As managed services do it.
    private func withoutAFunction(_ servers: PostgreSQLServers) async throws {
        try await servers.superuser("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        let seen = await servers.observe(servers.primary, as: "diag")
        #expect(seen.failure == nil)
        #expect(seen.problems.count == 1)
        #expect(seen.problems.first?.advice?.hasSuffix("pg_catalog.pg_control_checkpoint() TO diag") == true)
        try await servers.superuser("CREATE ROLE rds_superuser")
        let managed = await servers.observe(servers.primary, as: "diag")
        #expect(managed.problems == [])
        #expect(managed.sentence("postgresql.server").hasPrefix("Amazon RDS, PostgreSQL"))
        try await servers.superuser("REVOKE EXECUTE ON FUNCTION pg_postmaster_start_time() FROM PUBLIC")
        let failure = try #require(await servers.observe(servers.primary, as: "diag").failure)
        #expect(failure.kind == .forbidden)
        #expect(failure.advice?.contains("GRANT EXECUTE ON FUNCTION pg_catalog.pg_postmaster_start_time") == true)
    }
}

@Suite("The role that diag asks for")
struct MonitoringRoleTests {
    @Test func hasItsNamesQuoted() {
        let sql = MonitoringRole(name: "o'Brien \"x\"", databases: ["App", "app"], hasRemedies: true).sql
        #expect(sql.contains("CREATE ROLE \"o'Brien \"\"x\"\"\" LOGIN"))
        #expect(sql.contains("GRANT CONNECT ON DATABASE \"App\" TO"))
        #expect(sql.contains("GRANT CONNECT ON DATABASE app TO"))
        #expect(sql.contains("'o''Brien \"x\"'"))
        #expect(sql.contains("GRANT pg_signal_backend TO"))
        #expect(!MonitoringRole().sql.contains("pg_signal_backend"))
    }
}

@Suite("Whose PostgreSQL it is")
struct FlavourTests {
    @Test(
        arguments: [
            ("PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64-pc-linux-gnu", nil, nil),
            ("PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc", "rds_superuser", "Amazon RDS"),
            ("PostgreSQL 15.4 on aarch64-unknown-linux-gnu", "aurora", "Amazon Aurora"),
            ("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27)", nil, "CockroachDB"),
            ("PostgreSQL 11.2-YB-2.19.3.0-b0 on x86_64-pc-linux-gnu", nil, "YugabyteDB"),
            ("PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.56242", nil, "Amazon Redshift"),
        ] as [(String, String?, String?)])
    func isKnownByWhatItSays(version: String, administrators: String?, name: String?) {
        #expect(Flavour(version: version, administrators: administrators)?.name == name)
    }
}

extension PostgreSQLServers {
    func superuser(_ sql: String) async throws {
        try await onThread {
            let session = try session(on: primary, as: superuser)
            defer { session.close() }
            try session.run(sql)
        }
    }

    /// All with the monitor's password.
    fileprivate func prepareRoles() async throws {
        let password = "PASSWORD '\(monitor.password)'"
        // What psql alone understands is left out.
        let role = MonitoringRole(databases: ["app"], hasRemedies: true).sql
        let statements = role.split(separator: "\n").filter { !$0.hasPrefix("\\") }.joined(separator: "\n")
        try await superuser(statements)
        try await superuser("ALTER ROLE diag \(password)")
        try await superuser("CREATE ROLE seer LOGIN IN ROLE pg_read_all_stats \(password)")
        try await superuser("CREATE ROLE bare LOGIN \(password)")
        try await superuser("CREATE ROLE \"Odd one\" LOGIN \(password)")
        try await onThread { try waitForStandby() }
    }

    fileprivate func observe(_ server: Server, as role: String) async -> Observation {
        var settings = settings(for: server, as: monitor)
        settings.parameters["user"] = role
        return await PostgreSQLTests.observe(settings)
    }
}

import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

/// What a person asks for beside a sweep, held against what psql would say on the same server.
@Suite("The questions of diag pg", .serialized)
struct CommandTopicsTests {
    /// Of its own: it is brought into trouble. It ends with the process.
    private static let playground = Playground()

    @Test func nameWhatAnIdleTransactionHolds() async throws {
        let stage = try await Stage(Self.playground)
        let holder = try stage.session("holder")
        defer { holder.close() }
        try holder.run("BEGIN; LOCK TABLE debates IN SHARE ROW EXCLUSIVE MODE; SELECT txid_current()")
        let seen = await stage.observe([.holding()])
        let row = try #require(seen.row(of: "postgresql.idle.sessions", where: "application_name", is: "holder"))
        #expect(row["pid"] == .integer(Int64(holder.backend)))
        #expect(row["holds"] == .text("debates ShareRowExclusive"))
        #expect(row["locks"] == .integer(1))
        #expect(row["xmin_age"] != Cell.none)
    }

    @Test func nameTheBlockersOfWhatRuns() async throws {
        let stage = try await Stage(Self.playground)
        let holder = try stage.session("holder")
        defer { holder.close() }
        let waiter = try stage.session("waiter")
        defer { waiter.close() }
        try holder.run("BEGIN; LOCK TABLE debates")
        try waiter.send("SELECT count(*) FROM debates")
        let isSeen = try await eventually {
            let seen = await stage.observe([.activity()])
            let row = seen.row(of: "postgresql.activity.running", where: "application_name", is: "waiter")
            return row?["blocked_by"] == .text("\(holder.backend)")
        }
        #expect(isSeen)
    }

    @Test func nameWhatHoldsVacuumBack() async throws {
        let stage = try await Stage(Self.playground)
        let reader = try stage.session("old reader")
        defer { reader.close() }
        try reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM debates")
        let writer = try stage.session("writer")
        defer { writer.close() }
        for _ in 0..<3 { try writer.run("SELECT txid_current()") }
        let seen = await stage.observe([.horizon])
        let row = try #require(seen.row(of: "postgresql.horizon.holders", where: "application_name", is: "old reader"))
        #expect(row["name"] == .text("\(reader.backend)"))
        let age = try writer.run("SELECT age(backend_xmin) FROM pg_stat_activity WHERE pid = \(reader.backend)")
        #expect(row["xmin_age"] == .integer(Int64(age[0][0] ?? "") ?? -1))
        guard case .fact(let words) = seen.evidence("postgresql.horizon")?.body else { throw Missing() }
        #expect(words.contains("stay"))
    }

    @Test func countDeadRowsAndSayThatVacuumIsDue() async throws {
        let stage = try await Stage(Self.playground)
        try stage.own("dead_stage", "SELECT g AS id FROM generate_series(1, 3000) g", "SET (autovacuum_enabled = off)")
        defer { stage.drop("dead_stage") }
        let writer = try stage.session("writer")
        defer { writer.close() }
        try writer.run("DELETE FROM dead_stage")
        let isSeen = try await eventually {
            let seen = await stage.observe([.vacuum(top: 50)])
            let row = seen.row(of: "postgresql.vacuum.dead", where: "relation", is: "dead_stage")
            return row?["dead"] == .integer(3000) && row?["due_at"] == Cell.none
        }
        #expect(isSeen)
        let ages = await stage.observe([.vacuum()]).column("xid_age", of: "postgresql.vacuum.databases")
        #expect(!ages.isEmpty)
    }

    @Test func measureTablesAsTheServerDoesAndNoneThatIsLocked() async throws {
        let stage = try await Stage(Self.playground)
        try stage.own("size_stage", "SELECT g AS id, repeat('x', 500) AS t FROM generate_series(1, 5000) g")
        defer { stage.drop("size_stage") }
        let owner = try stage.session("owner")
        defer { owner.close() }
        try owner.run("CREATE INDEX size_stage_t ON size_stage (t)")
        try owner.run("VACUUM size_stage")
        let sizes = try owner.run(
            "SELECT pg_total_relation_size('size_stage'), pg_indexes_size('size_stage')")[0].map {
                Int64($0 ?? "") ?? -1
            }
        let seen = await stage.observe([.size()])
        #expect(seen.problems == [])
        let row = try #require(seen.row(of: "postgresql.size.tables", where: "relation", is: "size_stage"))
        #expect(row["total"] == .bytes(sizes[0]))
        #expect(row["indexes"] == .bytes(sizes[1]))
        let index = seen.row(of: "postgresql.size.indexes", where: "index", is: "size_stage_t")
        #expect(index?["flaw"] == .text("unused"))
        #expect(index?["size"] == .bytes(sizes[1]))
        try owner.run("BEGIN; LOCK TABLE size_stage")
        let locked = await stage.observe([.size()])
        #expect(locked.problems == [])
        let hidden = locked.row(of: "postgresql.size.tables", where: "relation", is: "size_stage")
        #expect(hidden?["total"] == Cell.none)
        try owner.run("ROLLBACK")
    }

    @Test func orderStatementsAsTheyAreTold() async throws {
        let stage = try await Stage(Self.playground)
        let caller = try stage.session("caller")
        defer { caller.close() }
        for _ in 0..<40 { try caller.run("SELECT 'often' AS diag_often") }
        let seen = await stage.observe([.statements(by: .calls, top: 200)])
        #expect(seen.problems == [])
        let calls = seen.column("calls", of: "postgresql.statements").compactMap { cell in
            if case .integer(let count) = cell { count } else { nil }
        }
        #expect(calls == calls.sorted(by: >))
        let row = seen.row(of: "postgresql.statements", where: "query", is: "SELECT $1 AS diag_often")
        #expect(row?["usename"] == .text(stage.servers.application.name))
        guard case .integer(let count) = row?["calls"] else { throw Missing() }
        #expect(count >= 40)
        let two = await stage.observe([.statements(by: .total, top: 2)])
        #expect(two.column("share", of: "postgresql.statements").count == 2)
    }

    @Test func findStatementStatisticsInAnotherSchemaAndSayWhereTheyAreNot() async throws {
        let stage = try await Stage(Self.playground)
        let owner = try stage.superuser()
        defer { owner.close() }
        try owner.run("CREATE SCHEMA \"Odd one\"; ALTER EXTENSION pg_stat_statements SET SCHEMA \"Odd one\"")
        try owner.run("GRANT USAGE ON SCHEMA \"Odd one\" TO PUBLIC")
        let seen = await stage.observe([.statements()])
        #expect(seen.problems == [])
        #expect(!seen.column("query", of: "postgresql.statements").isEmpty)
        try owner.run("ALTER EXTENSION pg_stat_statements SET SCHEMA public; DROP SCHEMA \"Odd one\"")
        let elsewhere = await stage.observe([.statements()], database: "postgres")
        guard case .fact(let words) = elsewhere.evidence("postgresql.statements")?.body else { throw Missing() }
        #expect(words.contains("database postgres has no view of them"))
        #expect(words.contains(stage.servers.database))
    }

    @Test func nameSettingsThatBiteAndThoseThatAreChanged() async throws {
        let stage = try await Stage(Self.playground)
        let seen = await stage.observe([.settings])
        let row = try #require(seen.row(of: "postgresql.settings", where: "name", is: "max_connections"))
        #expect(row["setting"] == .text("30"))
        #expect(row["default"] == .text("100"))
        let beware = seen.evidence.filter { $0.id == "postgresql.settings.warnings" }.map(\.body)
        #expect(beware.contains { "\($0)".contains("fsync is off") })
    }

    @Test func nameASlotThatNobodyConsumes() async throws {
        let stage = try await Stage(Self.playground)
        let owner = try stage.superuser()
        defer { owner.close() }
        try owner.run("SELECT pg_create_physical_replication_slot('forgotten', true)")
        let writer = try stage.session("writer")
        defer { writer.close() }
        try writer.run("CREATE TABLE slot_stage (id int)")
        try writer.run("DROP TABLE slot_stage")
        let seen = await stage.observe([.replication, .replicationDetails])
        try owner.run("SELECT pg_drop_replication_slot('forgotten')")
        guard case .fact(let words) = seen.evidence("postgresql.replication.risk")?.body else { throw Missing() }
        #expect(words.contains("forgotten has no consumer"))
        #expect(seen.row(of: "postgresql.replication.slots", where: "slot_name", is: "forgotten") != nil)
    }

    @Test func tellTheOldestConnections() async throws {
        let stage = try await Stage(Self.playground)
        let oldest = try stage.session("oldest")
        defer { oldest.close() }
        let seen = await stage.observe([.oldest(top: 30)])
        let row = seen.row(of: "postgresql.connections.oldest", where: "application_name", is: "oldest")
        #expect(row?["pid"] == .integer(Int64(oldest.backend)))
    }

    /// Each question works with less; what is missing is named.
    @Test func nameTheRightThatIsMissing() async throws {
        let stage = try await Stage(Self.playground)
        let all: [PostgreSQLProbe.Question] = [
            .oldest(), .holding(), .activity(), .progress, .vacuum(), .horizon, .size(), .settings, .statements(),
            .replicationDetails,
        ]
        let seen = await stage.observe(all, as: stage.servers.application)
        #expect(seen.failure == nil)
        #expect(seen.problems.allSatisfy { $0.kind == .forbidden }, "\(seen.problems)")
        #expect(seen.problems.contains { $0.advice == "GRANT pg_monitor TO app" })
        #expect(seen.evidence("postgresql.size.tables") != nil)
        #expect(seen.evidence("postgresql.vacuum.databases") != nil)
        let standby = await stage.observe(all, on: stage.servers.standby)
        #expect(standby.problems == [])
    }
}

private struct Missing: Error {}

/// The servers of a playground, and who stirs them up.
private struct Stage {
    let servers: PostgreSQLServers

    init(_ playground: Playground) async throws { servers = try await playground.postgresql() }

    func session(_ name: String) throws -> SQLSession {
        try servers.session(on: servers.primary, as: servers.application, name: name)
    }

    func superuser() throws -> SQLSession { try servers.session(on: servers.primary, as: servers.superuser) }

    func own(_ table: String, _ query: String, _ options: String? = nil) throws {
        let session = try session("owner")
        defer { session.close() }
        try session.run("DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) AS \(query)")
        if let options { try session.run("ALTER TABLE \(table) \(options)") }
    }

    func drop(_ table: String) {
        guard let session = try? session("owner") else { return }
        _ = try? session.run("DROP TABLE \(table)")
        session.close()
    }

    func observe(
        _ questions: [PostgreSQLProbe.Question], as account: Account? = nil, on server: PostgreSQLServers.Server? = nil,
        database: String? = nil
    ) async -> Observation {
        await PostgreSQLProbe(
            servers.settings(for: server ?? servers.primary, as: account ?? servers.monitor, database: database),
            questions: questions
        ).observe(until: .after(.seconds(20)))
    }
}

extension Observation {
    /// The first row of a table of the evidence in which a column has this text.
    fileprivate func row(of id: String, where column: String, is text: String) -> [String: Cell]? {
        guard case .table(let table) = evidence(id)?.body,
            let index = table.columns.firstIndex(where: { $0.name == column }),
            let row = table.rows.first(where: { $0[index] == .text(text) })
        else { return nil }
        return Dictionary(zip(table.columns.map(\.name), row), uniquingKeysWith: { first, _ in first })
    }
}

@Suite("Secrets in settings")
struct SettingSecretsTests {
    @Test(
        arguments: [
            ("user=rep password=s3cret host=a", "user=rep password=*** host=a"),
            ("password='it''s s3cret' host=a", "password=*** host=a"),
            ("postgres://rep:s3cret@db/x", "postgres://rep:***@db/x"),
            ("PGPASSWORD=s3cret cp %p /a", "PGPASSWORD=*** cp %p /a"),
            ("on", "on"),
        ])
    func areMasked(text: String, shown: String) {
        #expect(Setting.withoutSecrets(text) == shown)
    }
}

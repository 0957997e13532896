import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("A pooler's console")
struct PoolerConsoleTests {
    @Test func tellsPoolsClientsAndDatabases() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let session = try await onThread { try pooler.session(as: pooler.monitor, database: "app") }
        try await onThread { try session.run("SELECT 1") }
        let seen = await pooler.observe(as: pooler.monitor)
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.target.kind == .pgbouncer)
        let pool: Labels = ["database": "app", "user": "monitor"]
        #expect(seen.value(PoolerMetrics.poolSize, pool) == 4)
        #expect(seen.value(PoolerMetrics.waitingClients, pool) != nil)
        #expect(seen.value(PoolerMetrics.clientsMax) == 100)
        #expect(try #require(seen.value(PoolerMetrics.clientsUsedRatio)) >= 0.02)
        #expect(seen.column("name", of: "postgresql.pools.databases").contains(.text("narrow")))
        #expect(seen.column("database", of: "postgresql.pools.clients").contains(.text("app")))
        #expect(seen.words("postgresql.pools.summary").contains("PgBouncer 1."))
        #expect(seen.words("postgresql.pools.limits").contains("pool_mode transaction"))
        try await onThread { session.close() }
    }

    /// Of a pool of one, one client has the server connection in a transaction, and two more want it.
    @Test func saysWhoWaitsForWhatAndWhy() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let sessions = try await onThread {
            try (1...3).map { _ in try pooler.session(as: pooler.monitor, database: "narrow") }
        }
        try await onThread {
            try sessions[0].run("BEGIN")
            for session in sessions.dropFirst() { try session.send("SELECT 1") }
        }
        let pool: Labels = ["database": "narrow", "user": "monitor"]
        var seen = await pooler.observe(as: pooler.monitor)
        let waits = try await eventually {
            seen = await pooler.observe(as: pooler.monitor)
            return seen.value(PoolerMetrics.waitingClients, pool) == 2
        }
        #expect(waits)
        #expect(try #require(seen.value(PoolerMetrics.longestWait, pool)) > 0)
        #expect(seen.value(PoolerMetrics.poolUsedRatio, pool) == 1)
        let reading = seen.words("postgresql.pools.reading")
        #expect(reading.contains("2 clients wait for narrow/monitor"))
        #expect(reading.contains("its only server connection is busy (pool_size 1)"))
        #expect(reading.contains("query_wait_timeout"))
        #expect(seen.column("waiting", of: "postgresql.pools").first == .integer(2))
        #expect(seen.column("database", of: "postgresql.pools.servers").contains(.text("narrow")))
        try await onThread {
            try sessions[0].run("COMMIT")
            for session in sessions.dropFirst() { try session.finish() }
            for session in sessions { session.close() }
        }
        let isOver = try await eventually {
            await pooler.observe(as: pooler.monitor).value(PoolerMetrics.waitingClients, pool) == 0
        }
        #expect(isOver)
    }

    @Test func saysThatADatabaseIsPaused() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let console = try await onThread { try pooler.session(as: pooler.administrator, database: "pgbouncer") }
        try await onThread { try console.run("PAUSE resting") }
        let seen = await pooler.observe(as: pooler.monitor)
        #expect(seen.value(PoolerMetrics.paused, ["database": "resting"]) == 1)
        #expect(seen.words("postgresql.pools.reading").contains("database resting is paused"))
        try await onThread {
            try console.run("RESUME resting")
            console.close()
        }
        let after = await pooler.observe(as: pooler.monitor)
        #expect(after.value(PoolerMetrics.paused, ["database": "resting"]) == 0)
    }

    @Test func isFoundThroughADatabaseBehindThePooler() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let seen = await pooler.observe(as: pooler.monitor, database: "app")
        #expect(seen.failure == nil)
    }

    @Test func saysWhichSettingLetsARoleIn() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        let servers = try await Playground.shared.postgresql()
        let seen = await pooler.observe(as: servers.application)
        #expect(seen.failure?.kind == .forbidden)
        #expect(seen.failure?.message.contains("role app may not use PgBouncer's console") == true)
        #expect(seen.failure?.advice?.contains("add app to stats_users") == true)
    }

    @Test func tellsAWrongPasswordFromAMissingRight() async throws {
        let pooler = try await Playground.shared.pgbouncer()
        var settings = pooler.settings(as: pooler.monitor)
        settings.password = "wrong"
        let seen = await PoolerProbe(settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure?.kind == .unauthenticated)
        #expect(seen.failure?.advice?.contains("auth_file") == true)
    }

    @Test func tellsPostgreSQLItselfFromAPooler() async throws {
        let servers = try await Playground.shared.postgresql()
        let settings = servers.settings(for: servers.primary, as: servers.monitor)
        let seen = await PoolerProbe(settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure?.kind == .misconfigured)
        #expect(seen.failure?.message.contains("this is PostgreSQL itself, not PgBouncer") == true)
        #expect(seen.failure?.advice?.contains("diag pg pools HOST:6432") == true)
    }

    @Test func saysWhereNobodyListens() async throws {
        let settings = PostgreSQLSettings(
            name: "pool", parameters: ["host": "127.0.0.1", "port": "1", "user": "nobody"])
        let seen = await PoolerProbe(settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure?.kind == .refused)
        #expect(seen.failure?.advice?.contains("6432") == true)
    }
}

extension PgBouncerServer {
    func settings(as account: Account, database: String = "pgbouncer") -> PostgreSQLSettings {
        PostgreSQLSettings(
            name: "pool",
            parameters: ["host": host, "port": String(port), "user": account.name, "dbname": database],
            password: account.password)
    }

    func observe(as account: Account, database: String = "pgbouncer") async -> Observation {
        await PoolerProbe(settings(as: account, database: database), listsAlways: true)
            .observe(until: .after(.seconds(20)))
    }
}

extension Observation {
    /// A fact, or the lines of a tree.
    func words(_ id: String) -> String {
        switch evidence(id)?.body {
        case .fact(let sentence): sentence
        case .remarks(let remarks): remarks.map(\.text).joined(separator: "\n")
        case .tree(let branches): branches.map(\.allText).joined(separator: "\n")
        default: ""
        }
    }
}

extension Branch {
    var allText: String { ([text] + children.map(\.allText)).joined(separator: "\n") }
}

import Testing

/// Who does what, until nobody can go on.
struct LockScenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let play: @Sendable (LockStage) async throws -> Void

    init(_ name: String, _ play: @escaping @Sendable (LockStage) async throws -> Void) {
        testDescription = name
        self.play = play
    }

    func play(on stage: LockStage) async throws { try await play(stage) }

    static let all =
        [
            rowChain, oneRow, idleRootBeforeDDL, sharedRow, advisory, ring, softQueue, explicitModes, upgrade,
            uniqueKey,
            concurrentIndex,
        ] + deadlocks + rowLocks + others

    static let rowChain = LockScenario("each waits for the row of the one before") { stage in
        let names = ["root", "a", "b", "c"]
        for (id, name) in names.enumerated() {
            try stage.run(name, "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = \(id + 1)")
        }
        for (id, name) in names.enumerated().dropFirst() {
            try await stage.wait(name, "UPDATE \(stage.table) SET n = 2 WHERE id = \(id)")
        }
    }

    static let oneRow = LockScenario("all want one row") { stage in
        try stage.run("root", "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 1")
        for name in ["a", "b", "c", "other"] {
            try await stage.wait(name, "UPDATE \(stage.table) SET n = 2 WHERE id = 1")
        }
    }

    static let idleRootBeforeDDL = LockScenario("a forgotten transaction, a migration, and readers behind it") {
        stage in
        try stage.run("root", "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 1")
        try await stage.wait("update", "UPDATE \(stage.table) SET n = 2 WHERE id = 1")
        try await stage.wait("ddl", "ALTER TABLE \(stage.table) ADD COLUMN m int")
        try await stage.wait("reader", "SELECT count(*) FROM \(stage.table)")
        try await stage.wait("other", "INSERT INTO \(stage.table) VALUES (99, 0)")
    }

    static let sharedRow = LockScenario("a row that several have locked FOR SHARE (a multixact)") { stage in
        for name in ["root", "a", "b"] {
            try stage.run(name, "BEGIN; SELECT * FROM \(stage.table) WHERE id = 3 FOR SHARE")
        }
        try await stage.wait("update", "UPDATE \(stage.table) SET n = 2 WHERE id = 3")
        try await stage.wait("c", "UPDATE \(stage.table) SET n = 3 WHERE id = 3")
    }

    static let advisory = LockScenario("advisory locks of one key and of two") { stage in
        try stage.run("root", "SELECT pg_advisory_lock(4294967338), pg_advisory_lock_shared(1, -7)")
        try await stage.wait("a", "SELECT pg_advisory_lock(4294967338)")
        try await stage.wait("b", "SELECT pg_advisory_lock(1, -7)")
        try await stage.wait("c", "SELECT pg_advisory_lock_shared(1, -7)")
    }

    static let ring = LockScenario("three in a ring") { stage in
        let names = ["a", "b", "c"]
        for (key, name) in names.enumerated() { try stage.run(name, "BEGIN; SELECT pg_advisory_xact_lock(\(key))") }
        for (key, name) in names.enumerated() {
            try await stage.wait(name, "SELECT pg_advisory_xact_lock(\((key + 1) % 3))")
        }
    }

    static let softQueue = LockScenario("compatible requests behind an incompatible one") { stage in
        try stage.run("root", "BEGIN; LOCK TABLE \(stage.table) IN ACCESS SHARE MODE")
        try await stage.wait("ddl", "LOCK TABLE \(stage.table) IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("a", "LOCK TABLE \(stage.table) IN ROW SHARE MODE".inTransaction)
        try await stage.wait("b", "LOCK TABLE \(stage.table) IN EXCLUSIVE MODE".inTransaction)
        try await stage.wait("c", "LOCK TABLE \(stage.table) IN ACCESS SHARE MODE".inTransaction)
    }

    static let explicitModes = LockScenario("several holders and modes on one table") { stage in
        try stage.run("root", "BEGIN; LOCK TABLE \(stage.table) IN ROW EXCLUSIVE MODE")
        try stage.run("other", "BEGIN; LOCK TABLE \(stage.table) IN ROW SHARE MODE")
        try await stage.wait("a", "LOCK TABLE \(stage.table) IN SHARE MODE".inTransaction)
        try await stage.wait("b", "LOCK TABLE \(stage.table) IN SHARE ROW EXCLUSIVE MODE".inTransaction)
        try await stage.wait("c", "LOCK TABLE \(stage.table) IN EXCLUSIVE MODE".inTransaction)
        try await stage.wait("ddl", "LOCK TABLE \(stage.table) IN ROW EXCLUSIVE MODE".inTransaction)
    }

    static let upgrade = LockScenario("a holder that wants more goes before those that wait for it") { stage in
        try stage.run("root", "BEGIN; LOCK TABLE \(stage.table) IN ROW SHARE MODE")
        try stage.run("a", "BEGIN; LOCK TABLE \(stage.table) IN ROW SHARE MODE")
        try await stage.wait("ddl", "LOCK TABLE \(stage.table) IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("b", "LOCK TABLE \(stage.table) IN ROW EXCLUSIVE MODE".inTransaction)
        try await stage.wait("a", "LOCK TABLE \(stage.table) IN EXCLUSIVE MODE")
    }

    static let uniqueKey = LockScenario("an insert of a key that another transaction inserts") { stage in
        try stage.run("root", "BEGIN; INSERT INTO \(stage.table) VALUES (50, 0)")
        try await stage.wait("a", "INSERT INTO \(stage.table) VALUES (50, 1)")
        try await stage.wait("b", "INSERT INTO \(stage.table) VALUES (50, 2)")
    }

    static let concurrentIndex = LockScenario("CREATE INDEX CONCURRENTLY behind a virtual transaction") { stage in
        try stage.run("root", "BEGIN; LOCK TABLE \(stage.table) IN ROW EXCLUSIVE MODE")
        try await stage.wait("ddl", "CREATE INDEX CONCURRENTLY ON \(stage.table) (n)")
    }
}

extension String {
    /// LOCK TABLE outside a transaction is an error; two statements in one message are one transaction.
    var inTransaction: String { "BEGIN; \(self)" }
}

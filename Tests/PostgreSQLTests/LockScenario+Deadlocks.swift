/// After PostgreSQL's own isolation tests (src/test/isolation/specs), up to the moment at which the server would look
/// for a deadlock.
extension LockScenario {
    static let deadlocks = [simple, hard, soft, soft2, parallelDeadlock, rowRing, upgradeRing]

    static let simple = LockScenario("deadlock-simple: two holders want more of the same table") { stage in
        for name in ["a", "b", "c"] { try stage.run(name, "BEGIN; LOCK TABLE \(stage.table) IN ACCESS SHARE MODE") }
        try await stage.wait("a", "LOCK TABLE \(stage.table) IN ACCESS EXCLUSIVE MODE")
        try stage.run("b", "COMMIT")
        try await stage.check("when one of two holders is gone")
    }

    static let hard = LockScenario("deadlock-hard: eight in a ring of held locks") { stage in
        let tables = (1...8).map { "lock_stage_\($0)" }
        try stage.setUp(
            tables.map { "CREATE TABLE \($0) ()" }.joined(separator: ";"),
            tearDown: "DROP TABLE IF EXISTS \(tables.joined(separator: ","))")
        for (number, table) in tables.enumerated() {
            try stage.run("s\(number)", "BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE")
        }
        for number in tables.indices {
            try await stage.wait("s\(number)", "LOCK TABLE \(tables[(number + 1) % 8]) IN ACCESS EXCLUSIVE MODE")
        }
    }

    static let soft = LockScenario("deadlock-soft: a ring of two held and two queued locks") { stage in
        try stage.twoTables()
        try stage.run("d1", "BEGIN; LOCK TABLE lock_stage_1 IN ACCESS SHARE MODE")
        try stage.run("d2", "BEGIN; LOCK TABLE lock_stage_2 IN ACCESS SHARE MODE")
        try await stage.wait("e1", "LOCK TABLE lock_stage_1 IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("e2", "LOCK TABLE lock_stage_2 IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("d1", "LOCK TABLE lock_stage_2 IN ACCESS SHARE MODE")
        try await stage.wait("d2", "LOCK TABLE lock_stage_1 IN ACCESS SHARE MODE")
    }

    static let soft2 = LockScenario("deadlock-soft-2: several queued locks in one ring") { stage in
        try stage.twoTables()
        try stage.run("s1", "BEGIN; LOCK TABLE lock_stage_1 IN SHARE UPDATE EXCLUSIVE MODE")
        try stage.run("s2", "BEGIN; LOCK TABLE lock_stage_2 IN ACCESS SHARE MODE")
        try await stage.wait("s2", "LOCK TABLE lock_stage_1 IN SHARE UPDATE EXCLUSIVE MODE")
        try await stage.wait("s3", "LOCK TABLE lock_stage_2 IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("s4", "LOCK TABLE lock_stage_2 IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("s1", "LOCK TABLE lock_stage_2 IN SHARE UPDATE EXCLUSIVE MODE")
    }

    /// The workers wait, and their leaders are named.
    static let parallelDeadlock = LockScenario("deadlock-parallel: parallel workers in a ring") { stage in
        try stage.parallelTable()
        try stage.setUp(
            """
            CREATE FUNCTION lock_stage_share(int, int) RETURNS int LANGUAGE sql PARALLEL SAFE
                AS 'SELECT pg_advisory_xact_lock_shared($1); SELECT 1';
            """, tearDown: "DROP FUNCTION IF EXISTS lock_stage_share")
        try stage.run("d1", "BEGIN; SELECT pg_advisory_xact_lock_shared(1)")
        try stage.run("d2", "BEGIN; SELECT pg_advisory_xact_lock_shared(2)")
        try await stage.wait("e1", "SELECT pg_advisory_xact_lock(1)".inTransaction)
        try await stage.wait("e2", "SELECT pg_advisory_xact_lock(2)".inTransaction)
        try stage.run("d1", LockStage.parallelSettings)
        try stage.run("d2", LockStage.parallelSettings)
        try await stage.wait("d1", "SELECT sum(lock_stage_share(2, x)) FROM lock_stage_big", workers: 2)
        try await stage.wait("d2", "SELECT sum(lock_stage_share(1, x)) FROM lock_stage_big", workers: 2)
    }

    static let rowRing = LockScenario("two want each other's row, and a third one of the two rows") { stage in
        try stage.run("a", "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 1")
        try stage.run("b", "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 2")
        try await stage.wait("a", "UPDATE \(stage.table) SET n = 2 WHERE id = 2")
        try await stage.wait("b", "UPDATE \(stage.table) SET n = 2 WHERE id = 1")
        try await stage.wait("c", "UPDATE \(stage.table) SET n = 3 WHERE id = 1")
    }

    static let upgradeRing = LockScenario("two sharers of a row both want to change it") { stage in
        for name in ["a", "b"] {
            try stage.run(name, "BEGIN; SELECT * FROM \(stage.table) WHERE id = 5 FOR SHARE")
        }
        try await stage.wait("a", "UPDATE \(stage.table) SET n = 1 WHERE id = 5")
        try await stage.wait("b", "UPDATE \(stage.table) SET n = 2 WHERE id = 5")
    }
}

extension LockStage {
    static let parallelSettings = """
        SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
        SET parallel_leader_participation = off; SET max_parallel_workers_per_gather = 2
        """

    fileprivate func twoTables() throws {
        try setUp(
            "CREATE TABLE lock_stage_1 (); CREATE TABLE lock_stage_2 ()",
            tearDown: "DROP TABLE IF EXISTS lock_stage_1, lock_stage_2")
    }

    /// Large enough for two workers.
    func parallelTable() throws {
        try setUp(
            """
            CREATE TABLE lock_stage_big AS SELECT x FROM generate_series(1, 10000) x;
            ALTER TABLE lock_stage_big SET (parallel_workers = 2)
            """, tearDown: "DROP TABLE IF EXISTS lock_stage_big")
    }
}

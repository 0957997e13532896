/// Advisory locks, DDL, and those who hold locks without being a client's session.
extension LockScenario {
    static let others = [
        advisoryKinds, readersBehindDDL, prepared, preparedAndIndex, speculativeInsertion, parallelHolders, schema,
        predicateLocks, twoDatabases, autovacuum,
    ]

    static let advisoryKinds = LockScenario("advisory locks of sessions and transactions, shared and not") { stage in
        try stage.run("root", "SELECT pg_advisory_lock(7), pg_advisory_lock_shared(8)")
        try stage.run("other", "BEGIN; SELECT pg_advisory_xact_lock_shared(8), pg_advisory_lock(0, 7)")
        try await stage.wait("a", "SELECT pg_advisory_xact_lock_shared(7)".inTransaction)
        try await stage.wait("b", "SELECT pg_advisory_lock(8)")
        try await stage.wait("c", "SELECT pg_advisory_lock_shared(8)")
        try await stage.wait("d", "SELECT pg_advisory_xact_lock(0, 7)".inTransaction)
        try await stage.wait("e", "SELECT pg_advisory_lock(7)")
        try stage.run("other", "COMMIT")
        try await stage.check("when one of two sharers is gone")
    }

    static let readersBehindDDL = LockScenario("ALTER TABLE behind a long SELECT, and readers behind it") { stage in
        try stage.run("reader", "BEGIN; DECLARE c CURSOR FOR SELECT * FROM \(stage.table); FETCH 1 FROM c")
        try stage.run("other", "BEGIN; INSERT INTO \(stage.table) VALUES (77, 0)")
        try await stage.wait("ddl", "ALTER TABLE \(stage.table) ADD COLUMN m int")
        for name in ["a", "b", "c"] { try await stage.wait(name, "SELECT count(*) FROM \(stage.table)") }
        try await stage.wait("index", "CREATE INDEX ON \(stage.table) (n)")
        try await stage.wait("vacuum", "VACUUM \(stage.table)")
    }

    /// Holders without a session: the server calls each of them 0.
    static let prepared = LockScenario("prepared transactions that nobody has ended") { stage in
        try stage.run(
            "root",
            "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 1; SAVEPOINT s; UPDATE \(stage.table) SET n = 1 WHERE id = 2"
        )
        try stage.run("root", "PREPARE TRANSACTION 'left behind'")
        try stage.run("other", "BEGIN; LOCK TABLE \(stage.table) IN ROW SHARE MODE; SELECT txid_current()")
        try stage.run("other", "PREPARE TRANSACTION 'it''s another'")
        try await stage.wait("a", "UPDATE \(stage.table) SET n = 2 WHERE id = 1")
        try await stage.wait("b", "UPDATE \(stage.table) SET n = 2 WHERE id = 2")
        try await stage.wait("ddl", "LOCK TABLE \(stage.table) IN ACCESS EXCLUSIVE MODE".inTransaction)
        try await stage.wait("reader", "SELECT count(*) FROM \(stage.table)")
    }

    static let preparedAndIndex = LockScenario("CREATE INDEX CONCURRENTLY behind a prepared transaction") { stage in
        try stage.run("root", "BEGIN; UPDATE \(stage.table) SET n = 1 WHERE id = 1")
        try stage.run("root", "PREPARE TRANSACTION 'left behind'")
        try await stage.wait("ddl", "CREATE INDEX CONCURRENTLY ON \(stage.table) (n)")
    }

    /// After insert-conflict-specconflict: the first stands still between its two indexes.
    static let speculativeInsertion = LockScenario("INSERT ON CONFLICT meets a row that may not stay") { stage in
        try stage.setUp(
            """
            CREATE FUNCTION lock_stage_hold(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
                AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(99); RETURN $1; END';
            CREATE TABLE lock_stage_upsert (id int, n int);
            CREATE UNIQUE INDEX ON lock_stage_upsert (id);
            CREATE INDEX ON lock_stage_upsert (lock_stage_hold(id));
            """, tearDown: "DROP TABLE IF EXISTS lock_stage_upsert; DROP FUNCTION IF EXISTS lock_stage_hold")
        let upsert = "INSERT INTO lock_stage_upsert VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = 2"
        try stage.run("root", "SELECT pg_advisory_lock(99)")
        try await stage.wait("a", upsert)
        try await stage.wait("b", upsert)
        try await stage.wait("c", upsert)
    }

    /// Leader and workers hold the same lock; the group is one party.
    static let parallelHolders = LockScenario("ALTER TABLE behind a parallel query") { stage in
        try stage.parallelTable()
        try stage.run("reader", LockStage.parallelSettings)
        try stage.send("reader", "SELECT pg_sleep(100) FROM lock_stage_big WHERE x < 5000")
        try await stage.until("both workers run") {
            try stage.ask("SELECT count(*) FROM pg_stat_activity WHERE leader_pid = $1::int", "\(stage.pid("reader"))")
                == "2"
        }
        try await stage.wait("ddl", "ALTER TABLE lock_stage_big ADD COLUMN y int")
        try await stage.wait("other", "SELECT count(*) FROM lock_stage_big")
    }

    static let schema = LockScenario("objects that are no relations") { stage in
        try stage.setUp(
            "CREATE SCHEMA lock_stage_schema", tearDown: "DROP SCHEMA IF EXISTS lock_stage_schema CASCADE")
        try stage.run(
            "root", "BEGIN; CREATE TABLE lock_stage_schema.t (); CREATE TYPE lock_stage_schema.mood AS ENUM ('a')")
        try await stage.wait("ddl", "DROP SCHEMA lock_stage_schema CASCADE")
    }

    /// Predicate locks are no locks to wait for.
    static let predicateLocks = LockScenario("serializable readers of the rows that others want") { stage in
        try stage.run("reader", "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM \(stage.table)")
        try stage.run(
            "root",
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM \(stage.table); UPDATE \(stage.table) SET n = 1 WHERE id = 1"
        )
        try await stage.wait("a", "UPDATE \(stage.table) SET n = 2 WHERE id = 1")
        try await stage.wait("b", "UPDATE \(stage.table) SET n = 3 WHERE id = 1")
    }

    /// The same number in another database is another lock; a shared catalog is the same.
    static let twoDatabases = LockScenario("sessions of two databases") { stage in
        try stage.run("root", "BEGIN; SELECT pg_advisory_xact_lock(5); LOCK TABLE pg_shdescription IN EXCLUSIVE MODE")
        try stage.run(
            "root@postgres", "BEGIN; SELECT pg_advisory_xact_lock(5); LOCK TABLE pg_description IN SHARE MODE")
        try await stage.wait("a", "SELECT pg_advisory_xact_lock(5)".inTransaction)
        try await stage.wait("a@postgres", "SELECT pg_advisory_xact_lock(5)".inTransaction)
        try await stage.wait("b@postgres", "LOCK TABLE pg_description IN EXCLUSIVE MODE".inTransaction)
        try await stage.wait("c@postgres", "LOCK TABLE pg_shdescription IN EXCLUSIVE MODE".inTransaction)
    }

    /// A worker that takes long. It would give way to who waits, were the detection of deadlocks not put off.
    static let autovacuum = LockScenario("a table that autovacuum is working on") { stage in
        try stage.setUp(
            """
            CREATE TABLE lock_stage_vacuum WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,
                autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)
                AS SELECT x, repeat('x', 500) AS filler FROM generate_series(1, 2000) x;
            DELETE FROM lock_stage_vacuum WHERE x % 2 = 0
            """, tearDown: "DROP TABLE IF EXISTS lock_stage_vacuum")
        for setting in ["SET autovacuum_naptime = '1s'", "SET autovacuum = on"] {
            try stage.run("admin", "ALTER SYSTEM \(setting)")
        }
        try stage.run("admin", "SELECT pg_reload_conf()")
        defer {
            for setting in ["autovacuum_naptime", "autovacuum"] {
                _ = try? stage.run("admin", "ALTER SYSTEM RESET \(setting)")
            }
            _ = try? stage.run("admin", "SELECT pg_reload_conf()")
        }
        for _ in 0..<3 where try !stage.isVacuumed {
            try? await stage.until("autovacuum has come") { try stage.isVacuumed }
        }
        try await stage.wait("ddl", "ALTER TABLE lock_stage_vacuum ADD COLUMN y int")
        try await stage.wait("a", "SELECT count(*) FROM lock_stage_vacuum")
    }
}

extension LockStage {
    fileprivate var isVacuumed: Bool {
        get throws {
            try ask(
                """
                SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE l.relation = 'lock_stage_vacuum'::regclass AND l.mode = 'ShareUpdateExclusiveLock'
                  AND a.backend_type = 'autovacuum worker'
                """) == "1"
        }
    }
}

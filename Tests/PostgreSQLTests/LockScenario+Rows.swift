/// Locks of rows: multixacts, the queue for a tuple, foreign keys.
extension LockScenario {
    static let rowLocks = [multixact, noDeadlock, upgradeBehindQueue, foreignKey, foreignKeyOfChild] + pairs

    static let multixact = LockScenario("several FOR SHARE and FOR KEY SHARE, then FOR UPDATE and a queue") { stage in
        try stage.run("a", "BEGIN; \(stage.row("KEY SHARE"))")
        try stage.run("b", "BEGIN; \(stage.row("SHARE"))")
        try stage.run("c", "BEGIN; SAVEPOINT s; \(stage.row("KEY SHARE"))")
        try await stage.wait("d", "BEGIN; \(stage.row("NO KEY UPDATE"))")
        try await stage.wait("e", "BEGIN; \(stage.row("UPDATE"))")
        try await stage.wait("f", "BEGIN; DELETE FROM \(stage.table) WHERE id = 3")
        try stage.run("b", "COMMIT")
        try stage.finish("d")
        try await stage.until("the second is at the head") {
            try stage.ask("SELECT count(*) FROM pg_locks WHERE pid = $1::int AND NOT granted", "\(stage.pid("d"))")
                == "0"
        }
        try await stage.check("when the first of the queue has the row")
    }

    static let noDeadlock = LockScenario("multixact-no-deadlock: who has it FOR SHARE and wants more goes first") {
        stage in
        try stage.run("s1", "BEGIN; \(stage.row("SHARE"))")
        try stage.run("s2", "BEGIN; \(stage.row("SHARE"))")
        try await stage.wait("s1", stage.row("UPDATE"))
        try await stage.wait("s3", "BEGIN; \(stage.row("UPDATE"))")
    }

    static let upgradeBehindQueue = LockScenario("tuplelock-upgrade-no-deadlock: a sharer wants more before a queue") {
        stage in
        try stage.run("s0", "BEGIN; \(stage.row("KEY SHARE"))")
        try stage.run("s1", "BEGIN; \(stage.row("SHARE"))")
        try await stage.wait("s2", "BEGIN; \(stage.row("UPDATE"))")
        try await stage.wait("s3", "BEGIN; UPDATE \(stage.table) SET n = 9 WHERE id = 3")
        try await stage.wait("s1", "DELETE FROM \(stage.table) WHERE id = 3")
    }

    static let foreignKey = LockScenario("rows that refer to a row that is being deleted") { stage in
        try stage.childTable()
        try stage.run("root", "BEGIN; DELETE FROM \(stage.table) WHERE id = 1")
        for number in 1...3 {
            try await stage.wait("s\(number)", "INSERT INTO lock_stage_child VALUES (\(number), 1)")
        }
    }

    static let foreignKeyOfChild = LockScenario("a row that is to be deleted while others refer to it") { stage in
        try stage.childTable()
        try stage.run("a", "BEGIN; INSERT INTO lock_stage_child VALUES (1, 2)")
        try stage.run("b", "BEGIN; INSERT INTO lock_stage_child VALUES (2, 2)")
        try await stage.wait("c", "DELETE FROM \(stage.table) WHERE id = 2")
        try await stage.wait("d", "UPDATE \(stage.table) SET id = 22 WHERE id = 2")
    }

    /// Each pair of modes that cannot be had together (manual, table 13.3).
    static let pairs = [
        ("KEY SHARE", ["UPDATE"]), ("SHARE", ["NO KEY UPDATE", "UPDATE"]),
        ("NO KEY UPDATE", ["SHARE", "NO KEY UPDATE", "UPDATE"]),
        ("UPDATE", ["KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"]),
    ].map { held, wanted in
        LockScenario("tuplelock-conflict: FOR \(held) and what it forbids") { stage in
            try stage.run("root", "BEGIN; \(stage.row(held))")
            for (number, mode) in wanted.enumerated() {
                try await stage.wait("s\(number)", "BEGIN; \(stage.row(mode))")
            }
        }
    }
}

extension LockStage {
    fileprivate func row(_ mode: String) -> String { "SELECT * FROM \(table) WHERE id = 3 FOR \(mode)" }

    fileprivate func childTable() throws {
        try setUp(
            "CREATE TABLE lock_stage_child (id int PRIMARY KEY, parent int REFERENCES \(table))",
            tearDown: "DROP TABLE IF EXISTS lock_stage_child")
    }
}

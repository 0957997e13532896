extension PostgreSQLServers {
    /// Each of two sessions has a row that the other wants next. Returns when the server has counted it.
    func deadlock() throws {
        let observer = try session(on: primary, as: superuser)
        defer { observer.close() }
        let before = try deadlocks(seenBy: observer)
        let first = try session(on: primary, as: application, name: "first")
        let second = try session(on: primary, as: application, name: "second")
        try first.run("BEGIN; UPDATE debates SET rounds = rounds + 1 WHERE id = 1")
        try second.run("BEGIN; UPDATE debates SET rounds = rounds + 1 WHERE id = 2")
        try first.send("UPDATE debates SET rounds = rounds + 1 WHERE id = 2")
        try second.send("UPDATE debates SET rounds = rounds + 1 WHERE id = 1")
        let outcomes = [first, second].map { session in Result { try session.finish() } }
        first.close()
        second.close()
        let states = outcomes.map { if case .failure(let error as SQLError) = $0 { error.sqlState } else { "" } }
        guard states.contains("40P01") else { throw PlaygroundError("no deadlock came about: \(states)") }
        try waitUntil("the deadlock is counted") { try deadlocks(seenBy: observer) > before }
    }

    private func deadlocks(seenBy observer: SQLSession) throws -> Int {
        let rows = try observer.run("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return Int(rows.first?.first.flatMap { $0 } ?? "") ?? 0
    }

    /// The root is idle in its transaction. Behind its row wait two updates, behind its lock on the table an ACCESS
    /// EXCLUSIVE lock, and behind that, though they are in nobody's way, three readers.
    func pileUpLocks() throws -> Mending {
        let root = try session(on: primary, as: application, name: "forgotten transaction")
        try root.run("BEGIN; UPDATE debates SET rounds = rounds + 1 WHERE id = 10")
        let waiting = try [
            waiter("updater", "UPDATE debates SET rounds = rounds + 1 WHERE id = 10"),
            waiter("updater", "UPDATE debates SET rounds = rounds + 2 WHERE id = 10"),
            waiter("migration", "BEGIN; LOCK TABLE debates IN ACCESS EXCLUSIVE MODE"),
            waiter("reader", "SELECT count(*) FROM debates"),
            waiter("reader", "SELECT * FROM debates WHERE id = 3"),
            waiter("reader", "SELECT max(rounds) FROM debates"),
        ]
        return { try self.end(waiting + [root]) }
    }

    /// Returns when the session waits, so that the queue has this order.
    private func waiter(_ name: String, _ sql: String) throws -> SQLSession {
        let observer = try session(on: primary, as: superuser)
        defer { observer.close() }
        let waiter = try session(on: primary, as: application, name: name)
        try waiter.send(sql)
        let question = "SELECT 1 FROM pg_locks WHERE pid = $1::int AND NOT granted"
        try waitUntil("\(name) waits for a lock") { try !observer.run(question, [String(waiter.backend)]).isEmpty }
        return waiter
    }

    /// A backend that waits for a lock does not notice that its client has gone, so it is told to.
    private func end(_ sessions: [SQLSession]) throws {
        let observer = try session(on: primary, as: superuser)
        defer { observer.close() }
        let backends = sessions.map { String($0.backend) }.joined(separator: ",")
        try observer.run("SELECT pg_terminate_backend(pid, 5000) FROM unnest(ARRAY[\(backends)]) AS pid")
        for session in sessions { session.close() }
    }
}

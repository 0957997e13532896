import Synchronization

extension PostgreSQLServers {
    /// While the primary writes, what the standby has not replayed grows in bytes and in seconds.
    func pauseReplay() throws -> Mending {
        let observer = try session(on: standby, as: superuser)
        try observer.run("SELECT pg_wal_replay_pause()")
        try waitUntil("replay is paused") {
            try observer.run("SELECT pg_get_wal_replay_pause_state()") == [["paused"]]
        }
        let writing = try Writing(by: session(on: primary, as: application, name: "writer"))
        return {
            writing.stop()
            try observer.run("SELECT pg_wal_replay_resume()")
            observer.close()
            try waitForReplication()
        }
    }

    /// The standby's replay stands still because nothing arrives: what it received is all replayed.
    func cutReplication() throws -> Mending {
        let observer = try session(on: standby, as: superuser)
        let source = try observer.run("SHOW primary_conninfo")[0][0] ?? ""
        try setSource("", by: observer)
        try waitUntil("the receiver has ended") { try observer.run("SELECT 1 FROM pg_stat_wal_receiver").isEmpty }
        let writing = try Writing(by: session(on: primary, as: application, name: "writer"))
        return {
            writing.stop()
            try setSource(source, by: observer)
            observer.close()
            try waitForReplication()
        }
    }

    private func setSource(_ conninfo: String, by session: SQLSession) throws {
        let quoted = conninfo.replacing("'", with: "''")
        try session.run("ALTER SYSTEM SET primary_conninfo = '\(quoted)'")
        try session.run("SELECT pg_reload_conf()")
    }
}

/// A session that commits a row ten times a second.
private final class Writing: Sendable {
    private let isWanted = Mutex(true)

    init(by session: SQLSession) {
        detach("writer") {
            while self.isWanted.withLock({ $0 }), (try? session.run("INSERT INTO votes (debate) VALUES (1)")) != nil {
                pause(.milliseconds(100))
            }
            session.close()
        }
    }

    func stop() { isWanted.withLock { $0 = false } }
}

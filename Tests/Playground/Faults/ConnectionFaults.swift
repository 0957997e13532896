extension PostgreSQLServers {
    func cause(_ fault: Fault) throws -> Mending? {
        switch fault {
        case .exhaustConnections: return try crowd(leaving: 0)
        case .crowdConnections: return try crowd(leaving: 2)
        case .idleSessions: return try idle()
        case .stopReplay: return try pauseReplay()
        case .cutReplication: return try cutReplication()
        case .lockPileup: return try pileUpLocks()
        default:
            try deadlock()
            return nil
        }
    }

    /// Opens sessions until there are no more, then gives back as many as are to be left.
    private func crowd(leaving free: Int) throws -> Mending {
        let observer = try session(on: primary, as: superuser)
        var sessions: [SQLSession] = []
        do {
            while sessions.count < maxConnections {
                sessions.append(try session(on: primary, as: application, name: "worker"))
            }
        } catch let error as SQLError where error.sqlState == "53300" {
            for _ in 0..<free { sessions.popLast()?.close() }
        }
        let held = sessions
        try waitForSessions(named: "worker", toBe: held.count, seenBy: observer)
        return { try close(held, named: "worker", seenBy: observer) }
    }

    private func idle() throws -> Mending {
        let observer = try session(on: primary, as: superuser)
        let sessions = try (0..<6).map { _ in try session(on: primary, as: application, name: "forgotten") }
        for session in sessions { try session.run("SELECT count(*) FROM debates") }
        return { try close(sessions, named: "forgotten", seenBy: observer) }
    }

    /// A backend goes a moment after its client: only then is its slot free again.
    private func close(_ sessions: [SQLSession], named name: String, seenBy observer: SQLSession) throws {
        for session in sessions { session.close() }
        try waitForSessions(named: name, toBe: 0, seenBy: observer)
        observer.close()
    }

    private func waitForSessions(named name: String, toBe count: Int, seenBy observer: SQLSession) throws {
        let question = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
        try waitUntil("\(count) sessions \(name)") { try observer.run(question, [name]) == [[String(count)]] }
    }
}

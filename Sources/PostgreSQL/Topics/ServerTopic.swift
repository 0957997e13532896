import Diagnostics

/// What server this is, and what this session may see of it: always asked.
struct ServerTopic: Topic {
    /// The process behind the connection as its login said it, and whether the login could set the session's limits.
    let backendPID: Int32
    let hasServerSideLimits: Bool

    init(_ connection: borrowing Connection) {
        backendPID = connection.backendPID
        hasServerSideLimits = connection.hasServerSideLimits
    }

    var asks: [any Answer.Type] { [Server.self, System.self] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let server = reading.server
        content.add(PostgreSQLMetrics.inRecovery, server.isInRecovery ? 1 : 0)
        content.add(PostgreSQLMetrics.startTime, server.started.secondsSinceEpoch)
        content.add(PostgreSQLMetrics.lockWaiters, Double(server.waiting))
        content.evidence.append(.fact("postgresql.server", "Server", sentence(server)))
        content.attempt([]) { _ throws(ProbeError) in try server.requireSight(of: "sessions, standbys and statements") }
        if backendPID != server.pid || !hasServerSideLimits { content.evidence.append(pooler) }
        _ = try reading.one(System.self)
    }

    private func sentence(_ server: Server) -> String {
        let role = server.isInRecovery ? "standby" : "primary"
        let up = Units.seconds(Timestamp.now.seconds(since: server.started))
        return "PostgreSQL \(server.version), \(role), up \(up)"
    }

    private var pooler: Evidence {
        .fact(
            "postgresql.pooler", "Pooler",
            "a pooler stands before this server: clients that wait in its queue and its own limits are not seen "
                + "here, and the time to connect is the pooler's")
    }
}

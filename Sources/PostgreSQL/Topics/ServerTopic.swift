import Diagnostics

/// What server this is, and what this session may see of it: always asked.
struct ServerTopic: Topic {
    var asks: [any Answer.Type] { [Server.self, System.self] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let server = reading.server
        content.add(PostgreSQLMetrics.inRecovery, server.isInRecovery ? 1 : 0)
        content.add(PostgreSQLMetrics.startTime, server.started.secondsSinceEpoch)
        content.add(PostgreSQLMetrics.lockWaiters, Double(server.waiting))
        content.evidence.append(.fact("postgresql.server", "Server", sentence(server)))
        content.attempt([]) { _ throws(ProbeError) in try server.requireSight(of: "other roles' sessions") }
        _ = try reading.one(System.self)
    }

    private func sentence(_ server: Server) -> String {
        let role = server.isInRecovery ? "standby" : "primary"
        let up = Units.seconds(Timestamp.now.seconds(since: server.started))
        return "PostgreSQL \(server.version), \(role), up \(up)"
    }
}

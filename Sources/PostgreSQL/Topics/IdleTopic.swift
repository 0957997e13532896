import Diagnostics

extension PostgreSQLProbe.Question {
    /// Sessions idle for long. Evidence: `postgresql.connections.idle`, `….idle.count`.
    public static let idle = Self(IdleTopic())
}

struct IdleTopic: Topic {
    let asks: [any Answer.Type] = [IdleSession.self]
    let metrics = [PostgreSQLMetrics.idleSessions, PostgreSQLMetrics.idleInTransactionSessions]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "idle sessions")
        IdleReport(sessions: try reading.all(), threshold: reading.server.idleThreshold).write(to: &content)
    }
}

/// Sessions that have been idle for long: who could be ended to make room.
private struct IdleReport {
    let sessions: [IdleSession]
    let threshold: Double

    func write(to content: inout Observation.Content) {
        let idle = sessions.first?.idleTotal ?? 0
        let inTransaction = sessions.first?.inTransactionTotal ?? 0
        content.add(PostgreSQLMetrics.idleSessions, Double(idle))
        content.add(PostgreSQLMetrics.idleInTransactionSessions, Double(inTransaction))
        guard !sessions.isEmpty else { return }
        content.evidence.append(
            .fact(
                "postgresql.connections.idle.count", "Idle sessions",
                "\(idle + inTransaction) sessions have been idle for over \(Units.seconds(threshold)), "
                    + "\(inTransaction) of them in a transaction"))
        content.evidence.append(
            .table(
                "postgresql.connections.idle", "Sessions idle for over \(Units.seconds(threshold))",
                columns: ["pid"] + Client.columns + ["state", "idle", "query"],
                rows: sessions.map { session in
                    [.integer(Int64(session.pid))] + session.client.cells
                        + [.text(session.state), .seconds(session.idle), .text(session.query)]
                }))
    }
}

import Diagnostics

extension PostgreSQLProbe.Question {
    /// Sessions idle for long. Evidence: `postgresql.connections.idle`, `….idle.count`.
    public static let idle = Self(IdleTopic())
}

struct IdleTopic: Topic {
    let asks: [any Answer.Type] = [SessionGroup.self]
    let metrics = [PostgreSQLMetrics.idleSessions, PostgreSQLMetrics.idleInTransactionSessions]

    /// Which ones they are, only where there are any: most of the time there are none.
    func asksMore(after reading: Reading) -> [any Answer.Type] {
        let groups = (try? reading.all(SessionGroup.self)) ?? []
        let isCalledFor = groups.contains { $0.isIdle && ($0.longest ?? 0) >= reading.server.idleThreshold }
        return isCalledFor ? [IdleSession.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "idle sessions")
        _ = try reading.all(SessionGroup.self)
        let sessions: [IdleSession] = asksMore(after: reading).isEmpty ? [] : try reading.all()
        IdleReport(sessions: sessions, threshold: reading.server.idleThreshold).write(to: &content)
    }
}

extension SessionGroup {
    /// In a transaction or not.
    fileprivate var isIdle: Bool { state?.hasPrefix("idle") ?? false }
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

import Diagnostics

extension PostgreSQLProbe.Question {
    /// Deadlocks and recovery conflicts of each database. Evidence: `postgresql.deadlocks`.
    public static let deadlocks = Self(DeadlocksTopic())
}

struct DeadlocksTopic: Topic {
    let asks: [any Answer.Type] = [Database.self]
    let metrics = [PostgreSQLMetrics.deadlocks]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        DeadlocksReport(databases: try reading.all(), identity: reading.system?.counterIdentity).write(to: &content)
    }
}

/// Deadlocks by database. A condition judges their increase; here stands only how many since when.
private struct DeadlocksReport {
    let databases: [Database]
    let identity: String?

    func write(to content: inout Observation.Content) {
        for database in databases {
            let labels: Labels = ["datname": database.name]
            content.add(
                PostgreSQLMetrics.deadlocks, Double(database.deadlocks), labels: labels, identity: identity,
                countedSince: database.statisticsReset)
            content.add(
                PostgreSQLMetrics.conflicts, Double(database.conflicts), labels: labels, identity: identity,
                countedSince: database.statisticsReset)
        }
        let touched = databases.filter { $0.deadlocks > 0 || $0.conflicts > 0 }
        guard !touched.isEmpty else {
            let words = "none in \(databases.count) databases since their statistics began"
            content.evidence.append(.fact("postgresql.deadlocks", "Deadlocks", words))
            return
        }
        content.evidence.append(
            .table(
                "postgresql.deadlocks", "Deadlocks since the statistics were reset",
                columns: ["datname", "deadlocks", "conflicts", "stats_reset"],
                rows: touched.map { database in
                    [
                        .text(database.name), .integer(database.deadlocks), .integer(database.conflicts),
                        database.statisticsReset.map(Cell.time) ?? .none,
                    ]
                }))
    }
}

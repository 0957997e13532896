import Diagnostics

extension PostgreSQLProbe.Question {
    /// Transaction and multixact ids used by each database. Evidence: `postgresql.wraparound`.
    public static let wraparound = Self(WraparoundTopic())
}

struct WraparoundTopic: Topic {
    let asks: [any Answer.Type] = [IDsUsed.self]
    let metrics = [PostgreSQLMetrics.transactionIDsUsed, PostgreSQLMetrics.multixactIDsUsed]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let databases: [IDsUsed] = try reading.all()
        for database in databases {
            let labels: Labels = ["datname": database.database]
            content.add(PostgreSQLMetrics.transactionIDsUsed, database.xidUsed, labels: labels)
            content.add(PostgreSQLMetrics.multixactIDsUsed, database.multixactUsed, labels: labels)
        }
        content.evidence.append(
            .table(
                "postgresql.wraparound", "Ids used since the oldest rows were frozen",
                columns: [
                    "datname", "xid_age", "xid_used", "multixact_age", "multixact_used", "autovacuum_freeze_max_age",
                ],
                rows: databases.prefix(10).map(\.cells)))
    }
}

extension IDsUsed {
    fileprivate var cells: [Cell] {
        [
            .text(database), .integer(xidAge), .ratio(xidUsed), .integer(multixactAge), .ratio(multixactUsed),
            .integer(freezeMaxAge),
        ]
    }
}

import Diagnostics

extension PostgreSQLProbe.Question {
    /// Prepared transactions that nobody has ended. Evidence: `postgresql.prepared`.
    public static let prepared = Self(PreparedTopic())
}

struct PreparedTopic: Topic {
    let asks: [any Answer.Type] = [PreparedTransaction.self]
    let metrics = [PostgreSQLMetrics.preparedTransactions, PostgreSQLMetrics.oldestPreparedTransaction]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let transactions = try reading.all(PreparedTransaction.self).filter { $0.gid != nil }
        content.add(PostgreSQLMetrics.preparedTransactions, Double(transactions.first?.total ?? 0))
        content.add(PostgreSQLMetrics.oldestPreparedTransaction, transactions.first?.age ?? 0)
        guard !transactions.isEmpty else {
            return content.evidence.append(
                .fact("postgresql.prepared", "Prepared transactions", "there is no prepared transaction"))
        }
        content.evidence.append(
            .table(
                "postgresql.prepared", "Prepared transactions", columns: ["gid", "owner", "datname", "age", "xid_age"],
                rows: transactions.map { transaction in
                    [
                        Cell(transaction.gid), Cell(transaction.owner), Cell(transaction.database),
                        .seconds(transaction.age), Cell(integer: transaction.xidAge),
                    ]
                }))
    }
}

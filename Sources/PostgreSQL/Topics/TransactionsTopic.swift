import Diagnostics

extension PostgreSQLProbe.Question {
    /// Transactions open for long. Evidence: `postgresql.transactions`.
    public static let transactions = Self(TransactionsTopic())
}

struct TransactionsTopic: Topic {
    let asks: [any Answer.Type] = [SessionGroup.self]
    let metrics = [
        PostgreSQLMetrics.longTransactions, PostgreSQLMetrics.oldestTransaction, PostgreSQLMetrics.idleInTransaction,
    ]

    /// Which ones they are, only where there are any: most of the time there are none.
    func asksMore(after reading: Reading) -> [any Answer.Type] {
        let groups = (try? reading.all(SessionGroup.self)) ?? []
        let longest = groups.compactMap(\.longestTransaction).max() ?? 0
        return longest >= reading.server.transactionThreshold ? [LongTransaction.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "transactions")
        writeOldest(try reading.all(), to: &content)
        let transactions: [LongTransaction] = asksMore(after: reading).isEmpty ? [] : try reading.all()
        TransactionsReport(transactions: transactions, threshold: reading.server.transactionThreshold)
            .write(to: &content)
    }

    /// However short they are, so that a condition can have any threshold.
    private func writeOldest(_ groups: [SessionGroup], to content: inout Observation.Content) {
        content.add(PostgreSQLMetrics.oldestTransaction, groups.compactMap(\.longestTransaction).max() ?? 0)
        let idle = groups.filter { $0.state?.hasPrefix("idle in transaction") ?? false }
        content.add(PostgreSQLMetrics.idleInTransaction, idle.compactMap(\.longest).max() ?? 0)
    }
}

/// Transactions that have been open for long.
private struct TransactionsReport {
    let transactions: [LongTransaction]
    let threshold: Double

    func write(to content: inout Observation.Content) {
        content.add(PostgreSQLMetrics.longTransactions, Double(transactions.first?.total ?? 0))
        guard !transactions.isEmpty else { return }
        content.evidence.append(
            .table(
                "postgresql.transactions", "Transactions open for over \(Units.seconds(threshold))",
                columns: ["pid"] + Client.columns + ["state", "open", "in_state", "wait", "xmin_age", "query"],
                rows: transactions.map { transaction in
                    [.integer(Int64(transaction.pid))] + transaction.client.cells
                        + [
                            Cell(transaction.state), .seconds(transaction.open), Cell(seconds: transaction.inState),
                            Cell(transaction.wait), Cell(integer: transaction.xminAge), Cell(transaction.query),
                        ]
                }))
    }
}

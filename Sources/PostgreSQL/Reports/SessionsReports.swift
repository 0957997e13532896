import Diagnostics

/// Sessions that have been idle for long: who could be ended to make room.
struct IdleReport {
    let sessions: [IdleSession]
    let threshold: Double

    static let metrics = [PostgreSQLMetrics.idleSessions, PostgreSQLMetrics.idleInTransactionSessions]

    init(_ answers: Answers, threshold: Double) throws(ProbeError) {
        sessions = try answers.all()
        self.threshold = threshold
    }

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

/// Transactions that have been open for long.
struct TransactionsReport {
    let transactions: [LongTransaction]
    let threshold: Double

    static let metrics = [PostgreSQLMetrics.longTransactions]

    init(_ answers: Answers, threshold: Double) throws(ProbeError) {
        transactions = try answers.all()
        self.threshold = threshold
    }

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

/// The statements that take longest on average.
struct StatementsReport {
    let statements: [Statement]

    init(_ answers: Answers) throws(ProbeError) { statements = try answers.all() }

    static func howToEnable(in database: String) -> Evidence {
        .fact(
            "postgresql.statements", "Statement statistics",
            "pg_stat_statements is not installed in database \(database): add it to shared_preload_libraries, restart, "
                + "then CREATE EXTENSION pg_stat_statements")
    }

    var evidence: Evidence {
        .table(
            "postgresql.statements", "Statements that take longest on average",
            columns: ["mean", "max", "calls", "total", "rows_per_call", "usename", "datname", "query"],
            rows: statements.map { statement in
                [
                    .seconds(statement.mean), .seconds(statement.longest), .integer(statement.calls),
                    .seconds(statement.total), .number(statement.rowsPerCall), Cell(statement.role),
                    Cell(statement.database), .text(statement.query),
                ]
            })
    }
}

/// Deadlocks by database. A condition judges their increase; here stands only how many since when.
struct DeadlocksReport {
    let databases: [Database]
    let identity: String?

    static let metrics = [PostgreSQLMetrics.deadlocks]

    init(_ answers: Answers, identity: String?) throws(ProbeError) {
        databases = try answers.all()
        self.identity = identity
    }

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

import Diagnostics

extension PostgreSQLProbe.Question {
    /// What pg_stat_statements has. It costs a round trip of its own. Evidence: `postgresql.statements`.
    public static let statements = Self(StatementsTopic())
}

struct StatementsTopic: Topic {
    let asks: [any Answer.Type] = []

    func asksMore(after reading: Reading) -> [any Answer.Type] {
        reading.server.hasStatements ? [Statement.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        content.evidence.append(
            reading.server.hasStatements
                ? StatementsReport(statements: try reading.all()).evidence
                : StatementsReport.howToEnable(in: reading.server.database))
    }
}

/// The statements that take longest on average.
private struct StatementsReport {
    let statements: [Statement]

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

import ArgumentParser
import PostgreSQL

extension PostgreSQLProbe.Question.StatementOrder: ExpressibleByArgument {}

struct PGStatementsCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "statements",
        abstract: "The statements that cost most, from pg_stat_statements, with their share of all.",
        discussion: """
            Where the statistics are not gathered or not to be read, it says what is missing.

            EXAMPLES
              diag pg statements db-primary
              diag pg statements db-primary --by io --top 20
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    @Option(name: .long, help: "total or mean time, calls, io (blocks read and written) or rows.")
    var by = PostgreSQLProbe.Question.StatementOrder.total

    var questions: [PostgreSQLProbe.Question] { [.statements(by: by, top: rows.top ?? 10)] }
}

import ArgumentParser
import PostgreSQL

struct PGStatementsCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "statements",
        abstract: "The statements that take longest on average, from pg_stat_statements.",
        discussion: """
            Where the extension is not installed, it says how to install it.

            EXAMPLES
              diag pg statements db-primary
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.statements] }
}

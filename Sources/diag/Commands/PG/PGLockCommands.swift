import ArgumentParser
import PostgreSQL

struct PGLocksCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "locks",
        abstract: "Who waits for whom, for which lock, how long, and whom to cancel first.",
        discussion: """
            EXAMPLES
              diag pg locks
              diag pg locks postgres://monitor@db:5432/app
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.transactions, .locks] }
}

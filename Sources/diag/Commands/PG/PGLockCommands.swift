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

struct PGDeadlocksCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "deadlocks",
        abstract: "Deadlocks counted by database, and since when.",
        discussion: """
            The counters only grow; `diag sweep` tells what has come since the last sweep.

            EXAMPLES
              diag pg deadlocks db-primary
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.deadlocks] }
}

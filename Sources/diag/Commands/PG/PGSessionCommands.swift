import ArgumentParser
import PostgreSQL

/// How many rows a list has.
struct PGTop: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("How many rows each list has at most.", valueName: "number"))
    var top: Int?

    func validate() throws {
        if let top, !(1...1000).contains(top) { throw ValidationError("--top must be between 1 and 1000") }
    }
}

struct PGConnectionsCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "Connections used of those that can be had; by state, user, application and address; the oldest.",
        discussion: """
            EXAMPLES
              diag pg connections
              diag pg connections db-primary --format json
              diag pg connections --watch 2
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    var questions: [PostgreSQLProbe.Question] { [.connections, .idle, .transactions, .oldest(top: rows.top ?? 10)] }
}

struct PGIdleCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Sessions that do nothing: since when, holding which locks, keeping which dead rows.",
        discussion: """
            Those in a transaction come first: they hold locks, and vacuum removes no row that they may still see.

            EXAMPLES
              diag pg idle
              diag pg idle db-primary --top 50
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    var conditions: [String] { ["PostgreSQLIdleInTransaction", "PostgreSQLLongTransaction"] }
    var questions: [PostgreSQLProbe.Question] { [.holding(top: rows.top ?? 20)] }
}

struct PGActivityCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "activity",
        abstract: "What runs now: statements, waits, blocked by whom; progress of vacuum, index builds, copy, backups.",
        discussion: """
            Parallel workers stand below their leader. A statement that waits for a lock names those in its way; `diag pg \
            locks` shows the whole graph.

            EXAMPLES
              diag pg activity
              diag pg activity db-primary --watch 1
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    var conditions: [String] { ["PostgreSQLLongTransaction", "PostgreSQLIdleInTransaction"] }
    var questions: [PostgreSQLProbe.Question] { [.activity(top: rows.top ?? 30), .progress] }
}

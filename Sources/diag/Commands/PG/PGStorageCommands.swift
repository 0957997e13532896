import ArgumentParser
import PostgreSQL

struct PGVacuumCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "vacuum",
        abstract: "Distance to wraparound, dead rows, running vacuums, and what holds vacuum back.",
        discussion: """
            Tables are those of the database that is connected to; ages are of all databases.

            EXAMPLES
              diag pg vacuum db-primary
              diag pg vacuum postgres://monitor@db/app --top 25
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    var conditions: [String] {
        [
            "PostgreSQLTransactionIDWraparound", "PostgreSQLAutovacuumStarved", "PostgreSQLLongTransaction",
            "PostgreSQLPreparedTransaction",
        ]
    }
    var questions: [PostgreSQLProbe.Question] { [.horizon, .vacuum(top: rows.top ?? 10), .progress] }
}

struct PGSizeCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract:
            "Databases, the largest tables with TOAST and indexes, indexes that serve nobody, temporary files, WAL.",
        discussion: """
            Tables and indexes are those of the database that is connected to. Nothing that is locked exclusively is measured.

            EXAMPLES
              diag pg size db-primary
              diag pg size --top 50 --format json
            """)

    @OptionGroup var asked: PGAsked
    @OptionGroup var rows: PGTop

    var questions: [PostgreSQLProbe.Question] { [.size(top: rows.top ?? 15)] }
}

struct PGSettingsCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Settings changed from their defaults and where, those that wait for a restart, and those that bite.",
        discussion: """
            EXAMPLES
              diag pg settings db-primary
              diag pg settings db-primary db-standby --format json
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.settings] }
}

import ArgumentParser
import PostgreSQL

struct PGConnectionsCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "Connections used of those that can be had; by state, user, application and address; who idles.",
        discussion: """
            EXAMPLES
              diag pg connections
              diag pg connections db-primary --format json
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.connections, .idle, .transactions] }
}

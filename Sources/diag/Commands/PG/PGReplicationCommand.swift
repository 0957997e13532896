import ArgumentParser
import PostgreSQL

struct PGReplicationCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "replication",
        abstract: "Lag in bytes and seconds, each standby, each slot; on a standby its receiver.",
        discussion: """
            EXAMPLES
              diag pg replication db-primary db-standby
            """)

    @OptionGroup var asked: PGAsked
    var questions: [PostgreSQLProbe.Question] { [.replication] }
}

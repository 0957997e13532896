import ArgumentParser
import PostgreSQL

struct PGReplicationCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "replication",
        abstract:
            "Lag in bytes and seconds, each standby, each slot and its risk; on a standby its receiver and conflicts.",
        discussion: """
            EXAMPLES
              diag pg replication db-primary db-standby
              diag pg replication --watch 5
            """)

    @OptionGroup var asked: PGAsked
    var conditions: [String] { ["PostgreSQLSlotRetention", "PostgreSQLStandbyMissing", "PostgreSQLArchiveFailing"] }
    var questions: [PostgreSQLProbe.Question] { [.replication, .replicationDetails] }
}

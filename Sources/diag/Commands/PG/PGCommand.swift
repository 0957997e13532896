import ArgumentParser

struct PGCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pg",
        abstract: "Look into PostgreSQL, and end what must be ended.",
        discussion: """
            TARGET is a target's name in the configuration, a connection URI (postgres://…) or HOST[:PORT]. Without one: all \
            that are configured, or else what PGHOST, PGPORT, PGSERVICE and the usual sockets say. Passwords come from the \
            configuration, PGPASSWORD or pgpass.
            """,
        subcommands: [
            PGConnectionsCommand.self, PGIdleCommand.self, PGActivityCommand.self, PGLocksCommand.self,
            PGDeadlocksCommand.self, PGReplicationCommand.self, PGStatementsCommand.self, PGVacuumCommand.self,
            PGSizeCommand.self, PGSettingsCommand.self, PGPoolsCommand.self, PGQueryCommand.self, PGQueriesCommand.self,
            PGRoleCommand.self,
            PGCancelCommand.self, PGTerminateCommand.self, PGKillIdleCommand.self, PGUnblockCommand.self,
        ])
}

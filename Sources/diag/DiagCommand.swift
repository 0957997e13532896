import ArgumentParser

/// The root of all commands.
struct DiagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diag",
        abstract: "What is wrong with everything this service depends on, right now, and what to look at next.",
        discussion: """
            Speaks PostgreSQL, Redis, Sentinel, TLS and HTTP directly, reads logs and this host, in one process and in \
            parallel. Only looks: nothing changes a server but the remedies (diag pg cancel, terminate, kill-idle, unblock; \
            diag redis purge, expire, kill-client, flushdb), and those only with --yes.

            EXAMPLES
              diag sweep                        all targets, all alerts of the runbook
              diag sweep --format json          the same for programs
              diag status                       what fires by the last sweep, and who is to be told next
              diag pg locks db-primary          who waits for whom
              diag redis keys redis://cache     the largest keys
              diag tls example.org              certificate and chain
              diag explain RedisMemoryFull      what an alert means and what to do

            EXIT CODES
              0 ok, 1 warning (P3, P4 or pending), 2 critical (P1, P2), 3 unknown,
              64 bad usage, 74 output could not be written or delivered, 78 bad configuration
            """,
        version: Version.text,
        subcommands: [
            SweepCommand.self, WatchCommand.self, StatusCommand.self, AckCommand.self, UnackCommand.self,
            HistoryCommand.self,
            IncidentCommand.self, ScheduleCommand.self, PGCommand.self, RedisCommands.self, TLSCommand.self,
            HTTPCommand.self, NetCommand.self, HostCommand.self, LogsCommand.self, ContainersCommand.self,
            ExplainCommand.self, RulesCommand.self, DashboardCommand.self, SchemaCommand.self,
            ConfigCommand.self,
        ])
}

enum Version {
    static let text = "0.1.0"
}

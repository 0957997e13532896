import ArgumentParser
import Diagnostics
import PostgreSQL
import Sweep

struct PGCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pg",
        abstract: "Look into PostgreSQL.",
        discussion: """
            TARGET is a target's name in the configuration, a connection URI (postgres://…) or HOST[:PORT]. Without one: all \
            that are configured, or else what PGHOST, PGPORT, PGSERVICE and the usual sockets say. Passwords come from the \
            configuration, PGPASSWORD or pgpass.
            """,
        subcommands: [
            PGConnectionsCommand.self, PGReplicationCommand.self, PGLocksCommand.self, PGDeadlocksCommand.self,
            PGStatementsCommand.self,
        ])
}

/// The target words of every `diag pg` command.
struct PGTargets: ParsableArguments {
    @Argument(help: ArgumentHelp("A target's name, postgres://… or HOST[:PORT].", valueName: "target"))
    var targets: [String] = []
}

struct PGConnectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "Connections used of those that can be had; by state, user, application and address; who idles.",
        discussion: """
            EXAMPLES
              diag pg connections
              diag pg connections db-primary --format json
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var words: PGTargets

    func run() async throws {
        try await options.inspect(.postgresql, words.targets) {
            $0.postgreSQLProbe(asking: [.connections, .idle, .transactions])
        }
    }
}

struct PGReplicationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replication",
        abstract: "Lag in bytes and seconds, each standby, each slot; on a standby its receiver.",
        discussion: """
            EXAMPLES
              diag pg replication db-primary db-standby
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var words: PGTargets

    func run() async throws {
        try await options.inspect(.postgresql, words.targets) { $0.postgreSQLProbe(asking: [.replication]) }
    }
}

struct PGLocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locks",
        abstract: "Who waits for whom, for which lock, how long, and whom to cancel first.",
        discussion: """
            EXAMPLES
              diag pg locks
              diag pg locks postgres://monitor@db:5432/app
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var words: PGTargets

    func run() async throws {
        try await options.inspect(.postgresql, words.targets) {
            $0.postgreSQLProbe(asking: [.locks, .transactions])
        }
    }
}

struct PGDeadlocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadlocks",
        abstract: "Deadlocks counted by database, and since when.",
        discussion: """
            The counters only grow; `diag sweep` tells what has come since the last sweep.

            EXAMPLES
              diag pg deadlocks db-primary
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var words: PGTargets

    func run() async throws {
        try await options.inspect(.postgresql, words.targets) { $0.postgreSQLProbe(asking: [.deadlocks]) }
    }
}

struct PGStatementsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statements",
        abstract: "The statements that take longest on average, from pg_stat_statements.",
        discussion: """
            Where the extension is not installed, it says how to install it.

            EXAMPLES
              diag pg statements db-primary
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var words: PGTargets

    func run() async throws {
        try await options.inspect(.postgresql, words.targets) { $0.postgreSQLProbe(asking: [.statements]) }
    }
}

import ArgumentParser
import Diagnostics
import Network
import PostgreSQL
import Sweep

struct PGCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End the statements of sessions; the sessions stay. Shown first, done with --yes.",
        discussion: """
            Shows each session, what it does and who waits for it, and the command that does it: with the session's and the \
            statement's start, so that nothing else is hit that has the pid, or runs in the session, by then. A session that is idle \
            in a transaction has nothing to cancel: diag pg terminate ends it.

            EXAMPLES
              diag pg cancel 4711
              diag pg cancel 4711 4712 db-primary --yes
              diag pg cancel 4711@1763912345.123456 db-primary --yes

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup var named: NamedSessions

    func run() async throws { try await remedy.treat(.cancel(named.sessions), at: named.target) }
}

struct PGTerminateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate",
        abstract: "End sessions; their transactions are rolled back. Shown first, done with --yes.",
        discussion: """
            Shows each session, what it does and who waits for it, and the command that does it: with the session's start, so that \
            no other session is hit that has the pid by then. Looks afterwards whether the sessions have really gone.

            EXAMPLES
              diag pg terminate 4711
              diag pg terminate 4711@1763912345.123456 db-primary --yes

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup var named: NamedSessions

    func run() async throws { try await remedy.treat(.terminate(named.sessions), at: named.target) }
}

struct PGKillIdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill-idle",
        abstract: "End sessions that have been idle for long. Shown first, done with --yes.",
        discussion: """
            Counts from when a session became idle. Spares superusers, replication, diag itself, sessions that listen for \
            notifications and those that hold advisory locks. Each is ended only if it is still idle since the same moment. Options \
            that name something can be repeated: any of the names will do.

            EXAMPLES
              diag pg kill-idle --older-than 10m
              diag pg kill-idle --older-than 1h --application web --user app db-primary --yes
              diag pg kill-idle --older-than 5m --include-in-transaction --address 10.0.0.0/8 --limit 20

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions

    @Option(name: .long, help: ArgumentHelp("Idle for longer than this: 30s, 10m, 2h.", valueName: "time"))
    var olderThan: TimeSpan

    @Option(name: .long, help: ArgumentHelp("Only sessions of this role.", valueName: "name"))
    var user: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only with this application_name.", valueName: "name"))
    var application: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only in this database.", valueName: "name"))
    var database: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only from this address or network (10.0.0.0/8), or local for sockets.", valueName: "address"))
    var address: [AddressRange] = []

    @Flag(name: .long, help: "Also sessions that are idle in a transaction, which is rolled back.")
    var includeInTransaction = false

    @Option(name: .long, help: ArgumentHelp("At most so many, the longest idle first.", valueName: "number"))
    var limit: Int?

    @Argument(
        help: ArgumentHelp("A target's name, postgres://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.postgresql, .pgbouncer))
    var target: String?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        let filter = IdleFilter(
            olderThan: olderThan.duration, users: user, applications: application, databases: database,
            addresses: address, includesTransactions: includeInTransaction, limit: limit)
        try await remedy.treat(.killIdle(filter), at: target)
    }
}

struct PGUnblockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock",
        abstract: "End the fewest sessions that hold up all who wait for locks. Shown first, done with --yes.",
        discussion: """
            Finds the roots: sessions that others wait for and that wait for nobody. One that runs a statement is cancelled; one that \
            is idle in a transaction is ended, as a cancel does nothing there. Never touched, but named with what to do: prepared \
            transactions, autovacuum, replication, superusers. diag pg locks shows the whole tree.

            EXAMPLES
              diag pg unblock
              diag pg unblock db-primary --yes
              diag pg unblock db-primary --waiting 30s

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only roots that somebody has waited for this long: shorter waits are everyday life.", valueName: "time"))
    var waiting = TimeSpan(.seconds(1))

    @Argument(
        help: ArgumentHelp("A target's name, postgres://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.postgresql, .pgbouncer))
    var target: String?

    func run() async throws { try await remedy.treat(.unblock(waiting: waiting.duration), at: target) }
}

extension AddressRange: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

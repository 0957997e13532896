import ArgumentParser
import Diagnostics
import Network
import Redis
import Sweep

struct RedisKillClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill-client",
        abstract: "Close connections of clients, by id, by address, or those that match. Shown first, done with --yes.",
        discussion: """
            Shows each client, what it does, and the command that closes it: with its address beside its id, so that nobody else is \
            closed if the server has restarted by then; the server itself compares them. Of those that match a filter, replicas, \
            subscribers and clients that wait in a blocking command are spared: only by their id.

            EXAMPLES
              diag redis kill-client 4711
              diag redis kill-client 4711@10.0.0.3:51234 cache --yes
              diag redis kill-client --idle-longer-than 1h --user app cache

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Clients from this address or network (10.0.0.0/8), or local for sockets; repeatable.", valueName: "address"
        ))
    var address: [AddressRange] = []

    @Option(name: .long, help: ArgumentHelp("Clients that logged in as this user; repeatable.", valueName: "name"))
    var clientUser: [String] = []

    @Option(name: .long, help: ArgumentHelp("Clients with this name (CLIENT SETNAME); repeatable.", valueName: "name"))
    var name: [String] = []

    @Option(name: .long, help: ArgumentHelp("Clients that have done nothing for longer than this.", valueName: "time"))
    var idleLongerThan: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp("At most so many of those that match, the longest idle first.", valueName: "number"))
    var limit: Int?

    @Argument(
        help: ArgumentHelp(
            "Clients as ID, ID@ADDRESS as shown, or ADDRESS:PORT; then a target's name, redis://… or HOST[:PORT].",
            valueName: "client… [target]"))
    var words: [String] = []

    private var references: [ClientReference] { named.compactMap { ClientReference($0) } }

    /// The last word may be a server's address just as well as a client's: it is the server's where clients are named before
    /// it, or a filter says which.
    private var named: [String] { target == nil ? words : words.dropLast() }

    private var target: String? {
        guard let last = words.last else { return nil }
        guard let reference = ClientReference(last) else { return last }
        return reference.isAddressOnly && (words.count > 1 || !filter.isEmpty) ? last : nil
    }

    private var filter: ClientFilter {
        ClientFilter(
            addresses: address, users: clientUser, names: name, idleLongerThan: idleLongerThan?.duration, limit: limit)
    }

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let odd = named.first(where: { ClientReference($0) == nil }) {
            throw ValidationError("'\(odd)' is no client: write ID, ID@ADDRESS as shown, or ADDRESS:PORT")
        }
        if named.isEmpty, filter.isEmpty {
            throw ValidationError("name a client, or say which: --idle-longer-than, --address…")
        }
        if !named.isEmpty, !filter.isEmpty { throw ValidationError("either name clients, or say which by options") }
    }

    func run() async throws {
        let subject = try remedy.redis(target, through: way)
        let run = KillClientsRun(
            named.isEmpty ? .matching(filter) : .named(references), on: subject.target, settings: subject.settings,
            mode: remedy.mode, writing: subject.writing)
        try remedy.finish(await run.treat(within: subject.timeout))
    }
}

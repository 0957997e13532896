import ArgumentParser
import Diagnostics
import Redis
import Sweep

/// How many rows a list has.
struct RedisTop: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("How many rows each list has at most.", valueName: "number"))
    var top: Int?

    func validate() throws {
        if let top, !(1...1000).contains(top) { throw ValidationError("--top must be between 1 and 1000") }
    }
}

struct RedisClientsCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "clients",
        abstract: "Who is connected, by address, name, user, library and command; buffers, idle and blocked clients.",
        discussion: """
            Watches for a second. A list of all clients holds the server for some microseconds each: beyond 5,000 only subscribers \
            and replicas are listed, unless --all is given. diag redis kill-client ends one.

            EXAMPLES
              diag redis clients
              diag redis clients cache --top 50
              diag redis clients --watch 2
            """)

    @OptionGroup var asked: RedisAsked
    @OptionGroup var rows: RedisTop

    @Flag(name: .long, help: "List them however many there are.")
    var all = false

    func probe(_ target: ConfiguredTarget) -> (any Probe)? {
        target.redisProbe(asking: [.clients(top: rows.top ?? 15, isAll: all)])
    }
}

struct RedisSlowlogCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "slowlog",
        abstract: "What the slow log holds, by the shape of the commands, and the slowest; never with a password.",
        discussion: """
            Commands that differ by an id only are one shape (HGETALL debate:*). On Valkey 8.1 and later large requests and replies \
            too.

            EXAMPLES
              diag redis slowlog
              diag redis slowlog cache --top 30
            """)

    @OptionGroup var asked: RedisAsked
    @OptionGroup var rows: RedisTop

    @Option(name: .long, help: ArgumentHelp("How many of the newest entries are read.", valueName: "number"))
    var entries = 1000

    func validate() throws {
        if !(1...100_000).contains(entries) { throw ValidationError("--entries must be between 1 and 100000") }
    }

    func probe(_ target: ConfiguredTarget) -> (any Probe)? {
        target.redisProbe(asking: [.slowlog(top: rows.top ?? 15, entries: entries)])
    }
}

struct RedisLatencyCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Round trips, how busy the server is, which commands take its time, and what held it up.",
        discussion: """
            Watches for a second and sends 20 PINGs meanwhile: what commands cost in that second stands beside what they cost since \
            the counters began.

            EXAMPLES
              diag redis latency
              diag redis latency cache --watch 2
            """)

    @OptionGroup var asked: RedisAsked
    @OptionGroup var rows: RedisTop

    func probe(_ target: ConfiguredTarget) -> (any Probe)? {
        target.redisProbe(asking: [.latency(top: rows.top ?? 15)])
    }
}

struct RedisACLCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "acl",
        abstract: "Who may do what, who needs no password, and what was refused lately.",
        discussion: """
            Needs +acl|list and +acl|log, which only an administrator has: ACL LIST gives away the hashes of passwords (diag drops them).

            EXAMPLES
              diag redis acl
              diag redis acl redis://admin@cache:6379
            """)

    @OptionGroup var asked: RedisAsked
    @OptionGroup var rows: RedisTop

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.redisProbe(asking: [.acl(top: rows.top ?? 20)]) }
}

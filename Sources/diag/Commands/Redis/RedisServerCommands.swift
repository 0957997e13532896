import ArgumentParser
import Diagnostics
import Redis
import Sweep

struct RedisInfoCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Memory, clients, replication, persistence and keys of a server, in short.",
        discussion: """
            EXAMPLES
              diag redis info
              diag redis info redis://cache:6379 --format json
            """)

    @OptionGroup var asked: RedisAsked
    var usualNodes: ConfiguredTarget.Nodes? { .this }

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.redisProbe(asking: [.overview]) }
}

struct RedisMemoryCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "How full, when it will be, and of what: values, buffers, fragmentation, swap; evictions.",
        discussion: """
            Watches for a second. A forecast needs sweeps that kept a history (diag sweep), of at least half an hour.

            EXAMPLES
              diag redis memory
              diag redis memory cache --watch 5
            """)

    @OptionGroup var asked: RedisAsked

    func probe(_ target: ConfiguredTarget) throws -> (any Probe)? {
        let history = try asked.options.configuration.load().history
        return target.redisMemoryProbe(history: history.path(environment: Environment.variables))
    }
}

struct RedisReplicationCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "replication",
        abstract: "Replicas, links and lag in bytes; whether the backlog lasts; full synchronisations.",
        discussion: """
            Watches for a second, to see how much is written. Looks at both ends where one tells of the other: a master with its \
            replicas, a replica with its master.

            EXAMPLES
              diag redis replication
              diag redis replication cache --watch 5
              diag redis replication cache --nodes this
            """)

    @OptionGroup var asked: RedisAsked
    var usualNodes: ConfiguredTarget.Nodes? { .all }

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.redisProbe(asking: [.replication]) }
}

struct RedisPersistenceCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "persistence",
        abstract: "What would be lost: the last snapshot, the append-only file, failures, forks and what they cost.",
        discussion: """
            EXAMPLES
              diag redis persistence
              diag redis persistence cache --watch 2
            """)

    @OptionGroup var asked: RedisAsked

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.redisProbe(asking: [.persistence]) }
}

struct RedisKeyspaceCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "keyspace",
        abstract: "Keys by database, how many have a TTL; lookups that hit, keys that expire and are evicted a second.",
        discussion: """
            Watches for a second. Looks at no key: diag redis keys does.

            EXAMPLES
              diag redis keyspace
              diag redis keyspace cache --format json
            """)

    @OptionGroup var asked: RedisAsked

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.redisProbe(asking: [.keyspace]) }
}

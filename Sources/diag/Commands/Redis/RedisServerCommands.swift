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

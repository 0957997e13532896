import ArgumentParser
import Diagnostics
import Redis

struct RedisCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis",
        abstract: "Look into Redis and its Sentinels.",
        discussion: """
            TARGET is a target's name in the configuration, a URI (redis://…, rediss://…, unix://…) or HOST[:PORT]. Without one: all that \
            are configured, or else REDIS_URL or the usual port. Passwords come from the configuration, the URI in REDIS_URL \
            or REDISCLI_AUTH.
            """,
        subcommands: [
            RedisInfoCommand.self, RedisMemoryCommand.self, RedisClientsCommand.self, RedisSlowlogCommand.self,
            RedisLatencyCommand.self, RedisReplicationCommand.self, RedisPersistenceCommand.self,
            RedisKeyspaceCommand.self,
            RedisHotKeysCommand.self, RedisACLCommand.self, RedisSentinelCommand.self, RedisKeysCommand.self,
            RedisClusterCommand.self,
        ])
}

struct RedisSentinelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentinel",
        abstract: "Every master that the Sentinels watch: address, replicas, quorum, and whether they agree.",
        discussion: """
            EXAMPLES
              diag redis sentinel
              diag redis sentinel sentinel-1:26379 sentinel-2:26379
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Argument(help: ArgumentHelp("A Sentinel's name in the configuration, or HOST[:PORT].", valueName: "target"))
    var targets: [String] = []

    func run() async throws { try await options.inspect(.sentinel, targets, watching: watch, through: way) }
}

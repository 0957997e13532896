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
            RedisPurgeCommand.self, RedisExpireCommand.self, RedisKillClientCommand.self, RedisFlushDBCommand.self,
        ])
}

import Diagnostics
import Playground
import Redis
import Testing

/// What is asked of a server, of every version of Redis and Valkey that is here: Debian's, and what `.ci/redis-versions`
/// has fetched (`make test-versions`).
@Suite("Every version of Redis and Valkey")
struct VersionsTests {
    @Test func areThreeAtLeast() {
        #expect(RedisInstallation.all.count >= 3, "fetch them: .ci/redis-versions")
    }

    @Test(arguments: RedisInstallation.all)
    func tellsAllThatIsJudged(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["maxmemory 100mb"], of: installation)
        let target = Target(kind: .redis, name: "cache", address: "\(server.settings.endpoint)")
        let seen = await RedisProbe(target: target, settings: server.settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.gaps == [])
        for metric in ["diag_redis_memory_used_ratio", "diag_redis_clients_connected", "diag_redis_slowlog_entries"] {
            #expect(seen.value(metric) != nil, "\(metric)")
        }
        let software = seen.fact("redis.server")?.lowercased() ?? ""
        #expect(software.hasPrefix(installation.description.hasPrefix("Valkey") ? "valkey" : "redis"))
    }

    /// Each topic of `diag redis`, with nothing refused that this version knows.
    @Test(arguments: RedisInstallation.all)
    func answersEveryQuestion(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        let client = try await server.client()
        for number in 0..<50 { try await client("SET", "session:\(number)", "x", "EX", "1000") }
        let seen = await server.look([
            .memory(), .clients(), .slowlog(), .latency(), .replication, .persistence, .keyspace, .acl(),
        ])
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.gaps == [])
        #expect(seen.fact("redis.untold") == nil)
        for topic in ["memory", "clients", "slowlog", "latency", "replication", "persistence", "keyspace", "acl"] {
            #expect(!seen.remarks("redis.\(topic).judgement").isEmpty, "\(topic)")
        }
    }

    @Test(arguments: RedisInstallation.all)
    func itsKeysAreScanned(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        var connection = try await RedisConnection.connect(server.settings, until: .after(.seconds(20)))
        let commands =
            (0..<2000).map { RedisCommand("SET", "session:\($0)", "v", "EX", "1000") } + [
                RedisCommand("RPUSH", "queue", "a", "b", "c"), RedisCommand("SADD", "set", "1", "b"),
                RedisCommand("ZADD", "ranking", "1", "a"), RedisCommand("HSET", "debate:1", "f", "v", "g", "w"),
                RedisCommand("XADD", "events", "*", "f", "v"),
            ]
        let replies = await connection.replies(to: commands, until: .after(.seconds(20)))
        try #require(replies.values.compactMap(\.error) == [])
        let report = try await KeyspaceScan(settings: server.settings).run(until: .after(.seconds(30)))
        #expect(report.isComplete)
        #expect(report.problems == [])
        #expect(report.keysSeen == 2005)
        #expect(Set(report.types.map(\.type)) == ["string", "list", "set", "zset", "hash", "stream"])
        #expect(report.total.withoutExpiry == 5)
        #expect(report.longest.first?.name.description == "queue")
        #expect(report.largest.allSatisfy { ($0.memory ?? 0) > 0 })
    }
}

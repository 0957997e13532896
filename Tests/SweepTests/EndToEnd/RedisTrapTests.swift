import Diagnostics
import Network
import Playground
import Redis
import Runbook
import Testing

@testable import Sweep

@Suite("What looks like trouble with Redis and is none, and the other way round", .serialized)
struct RedisTrapTests {
    private static let playground = Playground()

    private func stage() async throws -> (servers: RedisServers, stage: Stage) {
        let servers = try await Self.playground.redis()
        let administrator = servers.administrator
        let nodes = [("cache", servers.master), ("cache-replica", servers.replica)].map { name, server in
            ConfiguredTarget(
                name: name,
                settings: .redis(
                    RedisSettings(
                        endpoint: .tcp(host: server.host, port: server.port), password: administrator.password)))
        }
        let sentinels = servers.sentinels.enumerated().map { index, server in
            ConfiguredTarget(
                name: "sentinel-\(index + 1)",
                settings: .sentinel(RedisSettings(endpoint: .tcp(host: server.host, port: server.port))))
        }
        return (servers, try Stage(nodes + sentinels, .atOnce))
    }

    @Test(.timeLimit(.minutes(1))) func withoutMaxmemoryTheMachinesMemoryIsTheMeasure() async throws {
        let (servers, stage) = try await stage()
        try await order(servers.master, ["CONFIG", "SET", "maxmemory", "0"], servers)
        let outcome = try await stage.sweep()
        try await order(servers.master, ["CONFIG", "SET", "maxmemory", "\(servers.maxmemory)"], servers)
        let finding = outcome.finding("RedisMemoryFull", at: "cache")
        #expect(finding?.verdict == .ok)
        #expect(finding?.value.map { $0.isFinite && $0 > 0 && $0 < 0.95 } == true)
        let words = outcome.observation("cache")?.piece("redis.memory.limit")?.words
        #expect(words?.contains("maxmemory is not set") == true, "\(words ?? "nothing is said")")
    }

    @Test(.timeLimit(.minutes(1))) func aWrongPasswordIsUnknownAndNotDown() async throws {
        var (servers, stage) = try await stage()
        let settings = RedisSettings(
            endpoint: .tcp(host: servers.master.host, port: servers.master.port), password: "wrong-and-secret")
        stage.configuration.targets = [ConfiguredTarget(name: "cache", settings: .redis(settings))]
        let outcome = try await stage.sweep()
        #expect(outcome.observation("cache")?.failure?.kind == .unauthenticated)
        #expect(outcome.finding("RedisMemoryFull")?.verdict == .unknown)
        #expect(outcome.finding("InstanceDown")?.verdict == .ok)
        #expect(outcome.findings.allSatisfy { !$0.summary.contains("secret") })
    }

    /// One Sentinel is told of another master, as after a failover that it missed.
    @Test(.timeLimit(.minutes(1))) func sentinelsThatDisagreeAreToldApart() async throws {
        let (servers, stage) = try await stage()
        let before = try await stage.sweep()
        #expect(before.troubles == [])
        #expect(before.observations.allSatisfy { $0.piece("sentinel.disagreement") == nil })
        let stray = servers.sentinels[2]
        try await order(stray, ["SENTINEL", "REMOVE", servers.masterName], servers)
        try await order(
            stray, ["SENTINEL", "MONITOR", servers.masterName, "127.0.0.1", "\(servers.replica.port)", "2"], servers)
        let outcome = try await stage.sweep()
        for number in 1...3 {
            let words = outcome.observation("sentinel-\(number)")?.piece("sentinel.disagreement")?.words
            #expect(words?.contains("\(servers.replica.port)") == true)
            #expect(words?.contains("\(servers.master.port)") == true)
        }
        for number in 1...3 {
            let finding = outcome.finding("RedisSentinelFailover", at: "sentinel-\(number)", by: "agreement")
            #expect(finding?.verdict == .firing)
            #expect(finding?.summary.hasPrefix("mymaster Sentinels disagree: 127.0.0.1:") == true)
            #expect(finding?.summary.contains("sentinel-3") == true, "\(finding?.summary ?? "")")
        }
        // The two others have seen no change.
        let changed = outcome.findings("RedisSentinelFailover", by: "").filter { $0.verdict == .firing }
        #expect(changed.map(\.target?.name) == ["sentinel-3"])
        // Whoever looks for the first time sees it as well.
        var fresh = stage
        fresh.configuration.history = .none
        let first = try await fresh.sweep()
        #expect(first.findings("RedisSentinelFailover", by: "agreement").map(\.verdict) == [.firing, .firing, .firing])
    }

    private func order(
        _ server: RedisServers.Server, _ words: [String], _ servers: RedisServers
    ) async throws {
        let isSentinel = servers.sentinels.contains { $0.port == server.port }
        let answer = try await Self.threads.run("order", until: .after(.seconds(20))) {
            Result {
                let connection =
                    try isSentinel ? servers.connection(toSentinel: server) : servers.connection(to: server)
                _ = try connection.command(words)
            }
        }
        try answer.get()
    }

    private static let threads = BlockingThreads(name: "redis-orders", limit: 1)
}

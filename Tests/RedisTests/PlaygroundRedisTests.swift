import Diagnostics
import Playground
import Redis
import Testing

/// Against the servers that the demonstration runs on: a master with a replica and three Sentinels.
@Suite("Redis in the playground", .timeLimit(.minutes(3)))
struct PlaygroundRedisTests {
    private func settings(_ server: RedisServers.Server, _ account: Account?) -> RedisSettings {
        RedisSettings(
            endpoint: .tcp(host: server.host, port: server.port), username: account?.name, password: account?.password)
    }

    private func observe(_ settings: RedisSettings) async -> Observation {
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings).observe(until: .after(.seconds(10)))
    }

    private func observe(sentinel: RedisServers.Server, name: String) async -> Observation {
        let target = Target(kind: .sentinel, name: name, address: "\(sentinel.host):\(sentinel.port)")
        let probe = SentinelProbe(target: target, settings: settings(sentinel, nil))
        return await probe.observe(until: .after(.seconds(10)))
    }

    @Test func anACLUserWhoMayOnlyLookSeesEverythingJudged() async throws {
        let servers = try await Playground.shared.redis()
        let observation = await observe(settings(servers.master, servers.monitor))
        #expect(observation.failure == nil)
        #expect(observation.problems == [])
        #expect(observation.gaps == [])
        #expect(observation.value("diag_redis_connected_replicas") == 1)
        #expect(observation.value("diag_redis_replica_lag_seconds") != nil)
        #expect(observation.rows("redis.replicas")?.count == 1)
        #expect(observation.value("diag_redis_memory_max_bytes") == Double(servers.maxmemory))
        let shown = "\(observation)"
        #expect(!shown.contains(servers.monitor.password))
    }

    @Test func aReplicaTellsOfItsLinkOverAUnixSocket() async throws {
        let servers = try await Playground.shared.redis()
        var settings = settings(servers.replica, servers.monitor)
        settings.endpoint = .unix(path: servers.replica.socket)
        let observation = await observe(settings)
        #expect(observation.failure == nil)
        #expect(observation.value("diag_redis_master_link_up") == 1)
        #expect(observation.value("diag_tcp_connect_seconds") == nil)
        let sentence = observation.fact("redis.replication")
        #expect(sentence == "replica of 127.0.0.1:\(servers.master.port), link up")
    }

    @Test func theKeysOfTheRunbookAreCountedByPattern() async throws {
        let servers = try await Playground.shared.redis()
        let options = KeyspaceScan.Options(patterns: ["debate:*", "session:*"])
        let scan = KeyspaceScan(settings: settings(servers.master, servers.monitor), options: options)
        let report = try await scan.run(until: .after(.seconds(10)))
        #expect(report.problems == [])
        #expect(report.patterns.map(\.total.keys) == [23, 20])
        #expect(report.patterns.map(\.total.withoutExpiry) == [23, 0])
    }

    @Test func aFullServerIsSeenFullAndThenNot() async throws {
        let playground = Playground()
        let servers = try await playground.redis()
        let settings = settings(servers.master, servers.monitor)
        let before = await observe(settings).value("diag_redis_memory_used_ratio")
        try await playground.bring(.fillRedis)
        let full = await observe(settings)
        try await playground.mend(.fillRedis)
        let after = await observe(settings).value("diag_redis_memory_used_ratio")
        #expect(before.map { $0 < 0.95 } == true)
        #expect(full.value("diag_redis_memory_used_ratio").map { $0 > 0.95 } == true)
        #expect(full.fact("redis.eviction")?.hasPrefix("noeviction: when memory is full, writes are refused") == true)
        #expect(after.map { $0 < 0.95 } == true)
        await playground.stop()
    }

    @Test func aFailoverChangesWhatAllSentinelsName() async throws {
        let playground = Playground()
        let servers = try await playground.redis()
        func agreement() async -> SentinelAgreement {
            var observations: [Observation] = []
            for (index, sentinel) in servers.sentinels.enumerated() {
                observations.append(await observe(sentinel: sentinel, name: "sentinel-\(index)"))
            }
            return SentinelAgreement(observations: observations)
        }
        let before = try #require(await agreement().masters.first?.candidates.first)
        try await playground.bring(.failover)
        let after = try #require(await agreement().masters.first?.candidates.first)
        #expect(before.address == "127.0.0.1:\(servers.master.port)")
        #expect(after.address == "127.0.0.1:\(servers.replica.port)")
        #expect(before.runID != nil && after.runID != nil && before.runID != after.runID)
        #expect(after.configEpoch ?? 0 > before.configEpoch ?? 0)
        await playground.stop()
    }
}

import Diagnostics
import Playground
import Redis
import Testing

@Suite("A cluster seen whole", .timeLimit(.minutes(3)))
struct ClusterTests {
    private func observe(_ port: UInt16) async -> Observation {
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port))
        let target = Target(kind: .redis, name: "cluster", address: "\(settings.endpoint)")
        return await ClusterProbe(target: target, settings: settings).observe(until: .after(.seconds(10)))
    }

    private func remarks(_ seen: Observation) -> [String] {
        guard case .tree(let branches)? = seen.evidence.first(where: { $0.id == "redis.cluster.remarks" })?.body else {
            return []
        }
        return branches.map(\.text)
    }

    @Test(arguments: RedisInstallation.all)
    func isWellAndThenNot(of installation: RedisInstallation) async throws {
        let playground = Playground(redis: installation)
        do {
            let cluster = try await playground.redisCluster()
            let seen = await observe(cluster.replicas[0].port)
            #expect(seen.failure == nil)
            #expect(seen.problems == [])
            #expect(remarks(seen) == [])
            #expect(seen.value("diag_redis_cluster_slots_uncovered") == 0)
            #expect(seen.value("diag_redis_cluster_state_ok") == 1)
            #expect(seen.value("diag_redis_cluster_known_nodes") == 6)
            #expect(seen.rows("redis.cluster.shards")?.count == 6)
            #expect(
                seen.fact("redis.cluster")?.hasPrefix("ok: 3 masters with 3 replicas, all 16384 slots served") == true)
            try await openSlotsAreTold(cluster)
            try await whatFailsIsTold(cluster)
        } catch {
            Issue.record(error, "\(installation)")
        }
        await playground.stop()
    }

    private func openSlotsAreTold(_ cluster: RedisCluster) async throws {
        let (from, to) = (cluster.masters[0], cluster.masters[1])
        try await onThread { try cluster.openSlot(7, from: from, to: to) }
        let seen = await observe(from.port)
        let rows = try #require(seen.rows("redis.cluster.slots"))
        #expect(rows.count == 1)
        #expect(rows[0][0] == .integer(7))
        #expect(rows[0][3] == .text("on its way"))
        try await onThread { _ = try to.connection().command("CLUSTER", "SETSLOT", "7", "STABLE") }
        let half = await observe(from.port)
        #expect(
            half.rows("redis.cluster.slots")?[0][3]
                == .text("only the giving end is open: CLUSTER SETSLOT 7 STABLE there"))
        try await onThread { try cluster.closeSlot(7, from: from, to: to) }
    }

    /// A master without its replica is lonely, and without itself its slots are lost.
    private func whatFailsIsTold(_ cluster: RedisCluster) async throws {
        try await onThread { try cluster.replicas[2].end() }
        var seen = await observe(cluster.masters[0].port)
        while !remarks(seen).contains(where: { $0.contains("has no healthy replica") }) {
            seen = await observe(cluster.masters[0].port)
        }
        #expect(seen.problems.map(\.kind) == [.refused])
        try await onThread { try cluster.masters[2].end() }
        while seen.value("diag_redis_cluster_slots_uncovered") != Double(RedisCluster.slots[2].count) {
            seen = await observe(cluster.masters[0].port)
        }
        #expect(remarks(seen).contains { $0.hasPrefix("5461 slots are served by nobody: 10923-16383") })
        #expect(seen.value("diag_redis_cluster_nodes_failed") ?? 0 >= 1)
        let scan = KeyspaceScan(
            settings: RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: cluster.masters[0].port)))
        _ = try? await scan.run(until: .after(.seconds(20)))
    }

    @Test func aServerThatIsNoneIsToldSo() async throws {
        let server = try await LiveRedis()
        let seen = await observe(server.port)
        #expect(seen.failure?.kind == .misconfigured)
        #expect(seen.failure?.message.contains("not part of a cluster") == true)
    }

    @Test func aSweepAsksTheNodeThatItLooksAt() async throws {
        let cluster = try await Playground.shared.redisCluster()
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: cluster.masters[0].port))
        let target = Target(kind: .redis, name: "cluster", address: "\(settings.endpoint)")
        let seen = await RedisProbe(target: target, settings: settings).observe(until: .after(.seconds(10)))
        #expect(seen.value("diag_redis_cluster_state_ok") == 1)
        #expect(seen.value("diag_redis_cluster_slots_uncovered") == 0)
        #expect(seen.value("diag_redis_cluster_masters_without_replica") == 0)
    }
}

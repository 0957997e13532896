import Diagnostics
import Playground
import Redis
import Runbook
import Testing

@testable import Sweep

/// Each fires when its fault is brought about on a real server, and ends when it is mended.
@Suite("Optional conditions on Redis in a sweep", .serialized, .timeLimit(.minutes(3)))
struct RedisConditionSweepTests {
    private static let playground = Playground()

    private func stage(_ targets: [ConfiguredTarget], _ names: [String], _ own: [String: AlertOverride] = [:]) throws
        -> Stage
    {
        let atOnce = Dictionary(uniqueKeysWithValues: names.map { ($0, AlertOverride(holdFor: .zero)) })
        return try Stage(targets, atOnce.merging(own) { $1 })
    }

    private func target(_ name: String, _ server: RedisServers.Server, _ password: String? = nil) -> ConfiguredTarget {
        ConfiguredTarget(
            name: name,
            settings: .redis(RedisSettings(endpoint: .tcp(host: server.host, port: server.port), password: password)))
    }

    private func sentinel(_ servers: RedisServers) -> ConfiguredTarget {
        let server = servers.sentinels[0]
        return ConfiguredTarget(
            name: "sentinel",
            settings: .sentinel(RedisSettings(endpoint: .tcp(host: server.host, port: server.port))))
    }

    // MARK: - One server

    private static let ofOneServer = [
        "RedisConnectionsExhausted", "RedisConnectionsRejected", "RedisWritesRefused", "RedisEvictions",
        "RedisBlockedClients", "RedisSaveFailing", "RedisSaveOverdue", "RedisHitRatioLow", "RedisSlowlogGrowth",
    ]

    @Test func faultsOfOneServer() async throws {
        let servers = try await Self.playground.redis()
        var stage = try stage(
            [target("cache", servers.master, servers.administrator.password)], Self.ofOneServer,
            ["RedisSaveOverdue": AlertOverride(threshold: 0.1, holdFor: .zero)])
        let trouble = try await onThread { try OneServersTrouble(servers) }
        try await onThread { try trouble.save() }
        let calm = try await stage.sweep()
        #expect(Self.ofOneServer.filter { calm.finding($0, at: "cache")?.verdict == .firing } == [])

        try await onThread { try trouble.bring() }
        let ill = try await stage.sweep()
        for name in Self.ofOneServer {
            let finding = ill.finding(name, at: "cache")
            #expect(finding?.verdict == .firing, "\(name): \(finding?.summary ?? "nothing")")
        }
        #expect(ill.finding("RedisWritesRefused")?.summary.hasPrefix("OOM ") == true)
        #expect(ill.finding("RedisSlowlogGrowth")?.evidence.contains { $0.id == "redis.slowlog.shapes" } == true)
        #expect(ill.finding("RedisSaveFailing")?.summary.hasPrefix("last save failed: last save failed") == true)
        #expect(ill.finding("RedisBlockedClients")?.summary == "1 blocked client")

        // Who comes next is turned away, and that is the alert itself.
        try await onThread { try trouble.leaveNoPlace() }
        let refused = try await stage.sweep()
        #expect(refused.finding("RedisConnectionsExhausted")?.verdict == .firing)
        #expect(refused.observation("cache")?.failure?.kind == .server(code: "maxclients"))

        try await onThread { try trouble.mend() }
        // Sees that diag, too, was turned away.
        _ = try await stage.sweep()
        try await stage.letPass(.seconds(600))
        stage.configuration.overrides = try Overrides(
            Dictionary(uniqueKeysWithValues: Self.ofOneServer.map { ($0, AlertOverride(holdFor: .zero)) }))
        let mended = try await stage.sweep()
        for name in Self.ofOneServer {
            let finding = mended.finding(name, at: "cache")
            #expect(finding?.verdict == .ok, "\(name): \(finding?.summary ?? "nothing")")
        }
    }

    @Test func whatNobodyNamedIsNotAskedFor() async throws {
        let servers = try await Self.playground.redis()
        let stage = try stage([target("cache", servers.master, servers.administrator.password)], [])
        let outcome = try await stage.sweep()
        #expect(outcome.findings.allSatisfy { !Catalogue.optional.map(\.name).contains($0.alert) })
        #expect(outcome.observation("cache")?.value("diag_redis_slowlog_recent_entries") == nil)
        let asked = try await stage.sweep(only: ["RedisSlowlogGrowth", "RedisFragmentation"])
        #expect(asked.observation("cache")?.value("diag_redis_slowlog_recent_entries") != nil)
        let small = try #require(asked.finding("RedisFragmentation", at: "cache"))
        #expect(small.verdict == .ok && small.summary.hasSuffix("less than the 100 MiB that are judged"))
    }

    @Test func denialsAreCountedWhereTheServerCountsThem() async throws {
        let servers = try await Self.playground.redis()
        let name = "RedisAccessDenied"
        let stage = try stage([target("cache", servers.master, servers.administrator.password)], [name])
        try await onThread {
            let connection = try servers.connection(to: servers.master)
            for _ in 0..<3 { _ = try? connection.command("AUTH", "default", "wrong") }
        }
        let finding = try #require(try await stage.sweep().finding(name, at: "cache"))
        #expect(finding.verdict == .unknown)
        #expect(finding.summary.contains("does not count") || finding.summary == "needs a second sweep")
        #expect(finding.evidence.first { $0.id == "redis.acl.denied" }?.words.contains("default") == true)
    }

    // MARK: - Cluster

    @Test func slotsThatNobodyServes() async throws {
        let server = try await Self.playground.redisServer("cluster", "cluster-enabled yes")
        let names = ["RedisClusterSlotsUncovered", "RedisClusterDegraded"]
        let stage = try stage([target("node", server)], names)
        let bare = try await stage.sweep()
        let slots = bare.finding("RedisClusterSlotsUncovered", at: "node", by: "slots")
        #expect(slots?.verdict == .firing && slots?.summary == "16384 slots uncovered")
        #expect(bare.finding("RedisClusterSlotsUncovered", at: "node", by: "state")?.verdict == .firing)
        try await onThread { _ = try server.connection().command("CLUSTER", "ADDSLOTSRANGE", "0", "16383") }
        let whole = try await stage.sweep {
            $0.finding("RedisClusterSlotsUncovered", at: "node", by: "state")?.verdict == .ok
        }
        #expect(whole.findings("RedisClusterSlotsUncovered", at: "node").allSatisfy { $0.verdict == .ok })
        #expect(
            whole.finding("RedisClusterDegraded", at: "node", by: "replicas")?.summary == "1 master without a replica")
    }

    // MARK: - Replication and Sentinel

    @Test func faultsOfADeployment() async throws {
        let servers = try await Self.playground.redis()
        let password = servers.administrator.password
        try await linkIsLost(servers, password)
        try await replicaFallsBehind(servers, password)
        try await masterIsLost(servers)
    }

    private func linkIsLost(_ servers: RedisServers, _ password: String) async throws {
        let names = ["RedisReplicationBroken", "RedisSentinelQuorumLost", "RedisSentinelNoReplica"]
        let stage = try stage([target("replica", servers.replica, password), sentinel(servers)], names)
        let calm = try await stage.sweep()
        #expect(names.filter { calm.finding($0)?.verdict == .firing } == [])
        try await onThread {
            try servers.setQuorum(5)
            let replica = try servers.connection(to: servers.replica)
            try replica.command("CONFIG", "SET", "masterauth", "wrong")
            try replica.command("CLIENT", "KILL", "TYPE", "master")
        }
        let ill = try await stage.sweep { outcome in names.allSatisfy { outcome.finding($0)?.verdict == .firing } }
        let broken = try #require(ill.finding("RedisReplicationBroken", at: "replica"))
        #expect(
            broken.summary.hasPrefix("127.0.0.1:\(servers.master.port) link is down: replica of"), "\(broken.summary)")
        let quorum = try #require(ill.finding("RedisSentinelQuorumLost", at: "sentinel"))
        #expect(quorum.summary.hasPrefix("mymaster quorum cannot be reached: NOQUORUM"), "\(quorum.summary)")
        #expect(ill.finding("RedisSentinelNoReplica")?.verdict == .firing)
        try await onThread {
            try servers.setQuorum(servers.quorum)
            try servers.connection(to: servers.replica).command("CONFIG", "SET", "masterauth", password)
        }
        let mended = try await stage.sweep { outcome in names.allSatisfy { outcome.finding($0)?.verdict == .ok } }
        for name in names { #expect(mended.finding(name)?.verdict == .ok, "\(name)") }
    }

    private func replicaFallsBehind(_ servers: RedisServers, _ password: String) async throws {
        let stage = try stage(
            [target("master", servers.master, password)], [],
            ["RedisReplicationLag": AlertOverride(threshold: 1, holdFor: .zero)])
        servers.replica.freeze()
        defer { servers.replica.thaw() }
        let ill = try await stage.sweep { $0.finding("RedisReplicationLag", by: "time")?.verdict == .firing }
        let lag = try #require(ill.finding("RedisReplicationLag", by: "time"))
        #expect(lag.summary.hasPrefix("127.0.0.1:\(servers.replica.port) lag "), "\(lag.summary)")
        #expect(ill.finding("RedisReplicationLag", by: "bytes")?.verdict == .ok)
        servers.replica.thaw()
        let mended = try await stage.sweep { $0.finding("RedisReplicationLag", by: "time")?.verdict == .ok }
        #expect(mended.finding("RedisReplicationLag", by: "time")?.verdict == .ok)
    }

    /// Until enough agree there is no failover; with it both the loss and the change are told.
    private func masterIsLost(_ servers: RedisServers) async throws {
        let stage = try stage([sentinel(servers)], ["RedisSentinelMasterDown"])
        let calm = try await stage.sweep { $0.finding("RedisSentinelMasterDown")?.verdict == .ok }
        #expect(calm.finding("RedisSentinelMasterDown")?.verdict == .ok)
        try await onThread { try servers.setQuorum(5) }
        servers.master.freeze()
        let ill = try await stage.sweep { $0.finding("RedisSentinelMasterDown")?.verdict == .firing }
        let down = try #require(ill.finding("RedisSentinelMasterDown"))
        #expect(down.summary.hasPrefix("mymaster master does not answer: "), "\(down.summary)")
        try await onThread { try servers.setQuorum(servers.quorum) }
        let moved = try await stage.sweep(within: .seconds(60)) {
            $0.finding("RedisSentinelMasterDown")?.verdict == .ok
                && $0.finding("RedisSentinelFailover", by: "")?.verdict == .firing
        }
        #expect(moved.finding("RedisSentinelMasterDown")?.verdict == .ok)
        // A moment after, the Sentinel itself has not reached the new one yet.
        let settled = try await stage.sweep {
            $0.finding("RedisSentinelFailover", by: "")?.summary.contains("it answers") == true
        }
        let change = try #require(settled.finding("RedisSentinelFailover", by: ""))
        for part in ["\(servers.master.port)", "\(servers.replica.port)", "it answers", "replica"] {
            #expect(change.summary.contains(part), "\(change.summary)")
        }
    }
}

extension RedisServers {
    fileprivate func setQuorum(_ quorum: Int) throws {
        for sentinel in sentinels {
            try connection(toSentinel: sentinel).command("SENTINEL", "SET", masterName, "quorum", "\(quorum)")
        }
    }
}

import Diagnostics
import Testing

@testable import Runbook

@Suite("Conditions on Redis")
struct RedisConditionTests {
    /// Alert, metric, labels, the last good value and the first bad one, and what is said of that.
    static let gauges: [(String, String, Labels, Double, Double, String)] = [
        (
            "RedisConnectionsExhausted", "diag_redis_clients_used_ratio", [:], 0.9, 0.95, "connections 95.0 % > 90 %"
        ),
        ("RedisBlockedClients", "diag_redis_clients_blocked", [:], 0, 3, "3 blocked clients"),
        (
            "RedisReplicationBroken", "diag_redis_master_link_up", ["master": "10.0.0.5:6379"], 1, 0,
            "10.0.0.5:6379 link is down"
        ),
        (
            "RedisReplicationLag", "diag_redis_replica_lag_seconds", ["replica": "10.0.0.6:6379"], 10, 75,
            "10.0.0.6:6379 lag 1 min 15 s > 10 s"
        ),
        (
            "RedisReplicationLag", "diag_redis_replica_lag_bytes", ["replica": "10.0.0.6:6379"], 67_108_864,
            134_217_728,
            "10.0.0.6:6379 lag 128.0 MiB > 64 MiB"
        ),
        ("RedisSaveFailing", "diag_redis_rdb_last_save_success", [:], 1, 0, "last save failed"),
        (
            "RedisSaveFailing", "diag_redis_aof_last_write_success", [:], 1, 0,
            "append-only file's last write failed"
        ),
        (
            "RedisSaveFailing", "diag_redis_aof_last_rewrite_success", [:], 1, 0,
            "append-only file's last rewrite failed"
        ),
        (
            "RedisSaveOverdue", "diag_redis_rdb_unsaved_seconds", [:], 86_400, 172_800,
            "changes not saved for 2.0 days > 24 h"
        ),
        ("RedisSlowlogGrowth", "diag_redis_slowlog_recent_entries", [:], 10, 11, "11 slow commands in 5 min > 10"),
        ("RedisClusterSlotsUncovered", "diag_redis_cluster_slots_uncovered", [:], 0, 5461, "5461 slots uncovered"),
        ("RedisClusterSlotsUncovered", "diag_redis_cluster_state_ok", [:], 1, 0, "cluster does not serve all slots"),
        (
            "RedisClusterDegraded", "diag_redis_cluster_masters_without_replica", [:], 0, 1,
            "1 master without a replica"
        ),
        ("RedisClusterDegraded", "diag_redis_cluster_nodes_failed", [:], 0, 2, "2 nodes failed"),
        (
            "RedisSentinelQuorumLost", "diag_redis_sentinel_quorum_ok", ["master": "mymaster"], 1, 0,
            "mymaster quorum cannot be reached"
        ),
        (
            "RedisSentinelNoReplica", "diag_redis_sentinel_replicas_ok", ["master": "mymaster"], 1, 0,
            "mymaster 0 replicas in step < 1"
        ),
        (
            "RedisSentinelMasterDown", "diag_redis_sentinel_master_ok", ["master": "mymaster"], 1, 0,
            "mymaster master does not answer"
        ),
    ]

    @Test(arguments: gauges)
    func `both sides of a threshold`(
        name: String, metric: String, labels: Labels, good: Double, bad: Double, said: String
    ) {
        let kind: Target.Kind = name.contains("Sentinel") ? .sentinel : .redis
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        let fine = watch.sweep(seen(target(kind), at(0), [sample(metric, good, labels)]))
        #expect(fine.verdicts(name).contains(.ok) && !fine.verdicts(name).contains(.firing))
        let firing = watch.sweep(seen(target(kind), at(60), [sample(metric, bad, labels)]))
        #expect(firing.first?.verdict == .firing)
        #expect(firing.first?.summary == said)
        let ended = watch.sweep(seen(target(kind), at(120), [sample(metric, good, labels)]))
        #expect(!ended.verdicts(name).contains(.firing))
    }

    /// Counters: alert, metric, labels, what they may grow by in five minutes, and what is said of one more.
    @Test(
        arguments: [
            (
                "RedisConnectionsRejected", "diag_redis_connections_rejected_total", [:], 0.0,
                "1 connection rejected in 5 min"
            ),
            (
                "RedisWritesRefused", "diag_redis_writes_refused_total", ["error": "OOM"], 0,
                "OOM 1 write refused in 5 min"
            ),
            ("RedisEvictions", "diag_redis_evicted_keys_total", [:], 0, "1 key evicted in 5 min"),
            (
                "RedisAccessDenied", "diag_redis_acl_denied_total", ["reason": "auth"], 100,
                "101 accesses denied in 5 min > 100"
            ),
        ] as [(String, String, Labels, Double, String)])
    func `counters are judged by what they grew, over restarts too`(
        name: String, metric: String, labels: Labels, allowed: Double, said: String
    ) {
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        func sweep(_ minutes: Double, _ count: Double, run: String = "a") -> [Finding] {
            watch.sweep(seen(target(.redis), minute(minutes), [sample(metric, count, labels, identity: run)]))
        }
        #expect(sweep(0, 5000).first?.verdict == .unknown, "the first reading says nothing")
        #expect(sweep(1, 5000 + allowed).first?.verdict == .ok)
        let firing = sweep(2, 5001 + allowed).first
        #expect(firing?.verdict == .firing)
        #expect(firing?.summary == said)
        #expect(sweep(10, 5001 + allowed).first?.verdict == .ok)
        // CONFIG RESETSTAT, and then another process.
        #expect(sweep(11, 0).first?.verdict == .ok)
        #expect(sweep(12, 0, run: "b").first?.verdict != .firing)
    }

    @Test(arguments: ["RedisConnectionsExhausted", "RedisConnectionsRejected"])
    func `who is turned away for too many clients has seen it`(name: String) {
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        let refused = failed(target(.redis), at(0), .server(code: "maxclients"), "ERR max number of clients reached")
        #expect(watch.sweep(refused).first?.verdict == .firing)
        var other = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        #expect(other.sweep(failed(target(.redis), at(0), .server(code: "LOADING"))).first?.verdict == .unknown)
    }

    /// diag itself is refused commands where its user may only look.
    @Test func `refused commands are nobody's attack`() {
        let name = "RedisAccessDenied"
        var watch = Watch([name: AlertOverride()], only: [name])
        func sweep(_ minutes: Double, _ count: Double) -> Verdict? {
            let samples = [("command", count), ("auth", 0)].map {
                sample("diag_redis_acl_denied_total", $1, ["reason": $0])
            }
            return watch.sweep(seen(target(.redis), minute(minutes), samples)).first?.verdict
        }
        _ = sweep(0, 0)
        #expect(sweep(1, 1000) == .ok)
    }

    @Test(arguments: [(50.0, nil as Double?, Verdict.ok), (200, nil, .firing), (50, 0, .firing)])
    func `fragmentation of a small memory is not judged`(mebibytes: Double, minimum: Double?, expected: Verdict) {
        let name = "RedisFragmentation"
        var watch = Watch([name: AlertOverride(holdFor: .zero, minimumRequests: minimum)], only: [name])
        let findings = watch.sweep(
            seen(
                target(.redis), at(0),
                [
                    sample("diag_redis_memory_fragmentation_ratio", 1.72),
                    sample("diag_redis_memory_used_bytes", mebibytes * 1_048_576),
                ]))
        #expect(findings.first?.verdict == expected)
        #expect(
            findings.first?.summary
                == (expected == .ok
                    ? "resident over used memory 50.0 MiB, less than the 100 MiB that are judged"
                    : "resident over used memory 1.72 > 1.5"))
    }

    @Test(arguments: [(800.0, 200.0, Verdict.ok), (799, 201, .firing), (0, 999, .ok), (0, 0, .ok)])
    func `lookups are judged when there are enough`(hits: Double, misses: Double, expected: Verdict) {
        let name = "RedisHitRatioLow"
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        func sweep(_ minutes: Double, _ hits: Double, _ misses: Double) -> Finding? {
            watch.sweep(
                seen(
                    target(.redis), minute(minutes),
                    [
                        sample("diag_redis_keyspace_hits_total", hits),
                        sample("diag_redis_keyspace_lookups_total", hits + misses),
                    ])
            ).first
        }
        _ = sweep(0, 1e6, 5e6)
        #expect(sweep(1, 1e6 + hits, 5e6 + misses)?.verdict == expected)
    }

    /// A cache is full, a worker waits, and a server without a disk does not save: whoever wants to hear of it says so.
    @Test func `what may be meant is judged only where it is named`() {
        let names = Catalogue.all.filter(\.dependsOnUse).map(\.name)
        #expect(names == ["RedisEvictions", "RedisBlockedClients", "RedisSaveOverdue", "RedisHitRatioLow"])
    }

    /// Of two masters each is explained by its own fact.
    @Test func `a lost quorum is told in that master's words`() {
        let name = "RedisSentinelQuorumLost"
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        let samples = [("one", 1.0), ("two", 0)].map { sample("diag_redis_sentinel_quorum_ok", $1, ["master": $0]) }
        let facts = [("one", "OK 3 usable"), ("two", "NOQUORUM 1 usable")].map {
            Evidence.fact("sentinel.quorum.\($0)", "Quorum of \($0)", $1)
        }
        let findings = watch.sweep(seen(target(.sentinel), at(0), samples, evidence: facts))
        #expect(findings.first?.summary == "two quorum cannot be reached: NOQUORUM 1 usable")
    }

    @Test func `standalone masters have no link and no cluster to judge`() {
        let names = ["RedisReplicationBroken", "RedisReplicationLag", "RedisClusterSlotsUncovered"]
        var watch = Watch(
            Dictionary(uniqueKeysWithValues: names.map { ($0, AlertOverride()) }), only: names)
        let findings = watch.sweep(seen(target(.redis), at(0), [sample("diag_redis_uptime_seconds", 5)]))
        #expect(findings.allSatisfy { $0.target == nil || $0.verdict != .unknown })
    }
}

import Diagnostics

/// Conditions on Redis, its clusters and Sentinels beside the runbook's, off unless the configuration or `--only` names them:
/// a cache evicts all day, a queue's workers block, and many servers are meant to keep nothing on disk (`whereItIsNotMeant`).
///
/// It reads as the runbook's table does. Above each entry stands where its numbers come from: Redis's own limits, or what
/// rules built on redis_exporter take.
extension Catalogue {
    static let redis: [Alert] = [
        // Such rules take 90 %, for 2 min; at 100 % the server closes what connects.
        Alert("RedisConnectionsExhausted", .p2, .redisConnectionsExhausted, for: minutes(2))
            .when(.redis, measured: "connections", usedClients, is: .above, 0.90, .ratio, .optional),
        // Such rules take any. Who is turned away when diag comes is diag itself.
        Alert("RedisConnectionsRejected", .p2, .redisConnectionsRejected)
            .when(.redis, measured: "", rejected, is: .above, 0, .count("connections rejected in 5 min")),
        // Any: each is an error that a client got in place of its write (counted by name from 6.2 on).
        Alert("RedisWritesRefused", .p2, .redisWritesRefused)
            .when(.redis, measured: "", refusedWrites, is: .above, 0, .count("writes refused in 5 min"), .optional),
        // Such rules take any; a cache that is meant to be full gets a threshold of its own.
        Alert("RedisEvictions", .p3, .redisEvictions)
            .when(.redis, measured: "", evicted, is: .above, 0, .count("keys evicted in 5 min"))
            .whereItIsNotMeant(),
        // None has a default. Where nobody waits on purpose nobody should for long; where workers do, theirs is the number.
        Alert("RedisBlockedClients", .p3, .redisBlockedClients, for: minutes(5))
            .when(.redis, measured: "", blocked, is: .above, 0, .count("blocked clients"))
            .whereItIsNotMeant(),
        // A link that breaks is tried again each second: a minute is more than a restart of the master takes.
        Alert("RedisReplicationBroken", .p2, .redisReplicationBroken, for: minutes(1))
            .when(.redis, measured: "link", linkUp, is: .below, 1, .state(one: "is up", zero: "is down"), .optional),
        // min-replicas-max-lag's default: with it set, a master no longer counts such a replica. 64 MiB for a minute is the
        // soft limit of a replica's buffer (client-output-buffer-limit), beyond which its link is cut.
        Alert("RedisReplicationLag", .p2, .redisReplicationLag, for: minutes(1))
            .when(.redis, measured: "lag", replicaLag, is: .above, 10, .duration, by: "time", .optional)
            .when(.redis, measured: "lag", lagBytes, is: .above, mebibytes(64), .bytes, by: "bytes", .optional),
        // stop-writes-on-bgsave-error is on by default: Redis itself takes no more writes.
        Alert("RedisSaveFailing", .p2, .redisSaveFailing)
            .when(.redis, measured: "last save", saved, is: .below, 1, succeeds, by: "RDB")
            .when(
                .redis, measured: "append-only file's last write", appended, is: .below, 1, succeeds, by: "AOF",
                .optional
            )
            .when(
                .redis, measured: "append-only file's last rewrite", rewritten, is: .below, 1, succeeds,
                by: "AOF rewrite", .optional),
        // Such rules take a day, whether anything changed or not.
        Alert("RedisSaveOverdue", .p3, .redisSaveOverdue)
            .when(.redis, measured: "changes not saved for", unsaved, is: .above, 86_400, .duration, .optional)
            .whereItIsNotMeant(),
        // Such rules take 1.5, for a quarter of an hour; below active-defrag-ignore-bytes, 100 MiB, not even Redis cares.
        Alert("RedisFragmentation", .p4, .redisFragmentation, for: minutes(15), atLeast: mebibytes(100))
            .when(
                .redis, measured: "resident over used memory", fragmentation, is: .above, 1.5, .number, .optional,
                volume: usedMemory),
        // Such rules take 80 to 90 %; of fewer than 1000 lookups in 5 min a share says nothing.
        Alert("RedisHitRatioLow", .p4, .redisHitRatioLow, for: minutes(5), atLeast: 1000)
            .when(.redis, measured: "lookups that hit", hitRatio, is: .below, 0.80, .ratio, volume: lookups)
            .whereItIsNotMeant(),
        // Such rules take ten in 5 min; a command gets there that ran for 10 ms (slowlog-log-slower-than's default).
        Alert("RedisSlowlogGrowth", .p3, .redisSlowlogGrowth)
            .when(.redis, measured: "", slow, is: .above, 10, .count("slow commands in 5 min")),
        // As many as the runbook allows of failed logins. Commands are left out: whoever may ask only a little, as diag, is
        // refused some all the time.
        Alert("RedisAccessDenied", .p3, .redisAccessDenied)
            .when(.redis, measured: "", denied, is: .above, 100, .count("accesses denied in 5 min"), .optional),
        // Four times cluster-node-timeout's default, after which a replica has taken over or none will.
        Alert("RedisClusterSlotsUncovered", .p1, .redisClusterSlotsUncovered, for: minutes(1))
            .when(.redis, measured: "", uncovered, is: .above, 0, .count("slots uncovered"), by: "slots", .optional)
            .when(.redis, measured: "cluster", clusterState, is: .below, 1, serves, by: "state", .optional),
        // A node that restarts is back within that time.
        Alert("RedisClusterDegraded", .p3, .redisClusterDegraded, for: minutes(5))
            .when(
                .redis, measured: "", lonely, is: .above, 0, .count("masters without a replica"), by: "replicas",
                .optional
            )
            .when(.redis, measured: "", failedNodes, is: .above, 0, .count("nodes failed"), by: "nodes", .optional),
        // Any, once a Sentinel that restarts would be back.
        Alert("RedisSentinelQuorumLost", .p2, .redisSentinelQuorumLost, for: minutes(1))
            .when(.sentinel, measured: "quorum", quorum, is: .below, 1, reachable, .optional),
        // A full synchronisation of some gigabytes ends within that time.
        Alert("RedisSentinelNoReplica", .p2, .redisSentinelNoReplica, for: minutes(5))
            .when(.sentinel, measured: "", replicasUp, is: .below, 1, .count("replicas in step"), .optional),
        // down-after-milliseconds is 30 s by default; a failover follows at once where one is possible.
        Alert("RedisSentinelMasterDown", .p1, .redisSentinelMasterDown, for: minutes(1))
            .when(.sentinel, measured: "master", masterUp, is: .below, 1, answers, .optional),
    ]
}

// MARK: - Expressions

extension Catalogue {
    /// Refused on connect with "max number of clients reached" is the alert itself.
    private static let usedClients = Expression.latest("diag_redis_clients_used_ratio")
        .otherwise(.rejected(code: "maxclients"))
    private static let rejected = grown("diag_redis_connections_rejected_total").otherwise(
        .rejected(code: "maxclients"))

    private static let refusedWrites = grown("diag_redis_writes_refused_total")
    private static let evicted = grown("diag_redis_evicted_keys_total")
    private static let blocked = Expression.latest("diag_redis_clients_blocked")
    private static let linkUp = Expression.latest("diag_redis_master_link_up")
    private static let replicaLag = Expression.latest("diag_redis_replica_lag_seconds")
    private static let lagBytes = Expression.latest("diag_redis_replica_lag_bytes")
    private static let saved = Expression.latest("diag_redis_rdb_last_save_success")
    private static let appended = Expression.latest("diag_redis_aof_last_write_success")
    private static let rewritten = Expression.latest("diag_redis_aof_last_rewrite_success")
    private static let unsaved = Expression.latest("diag_redis_rdb_unsaved_seconds")
    private static let fragmentation = Expression.latest("diag_redis_memory_fragmentation_ratio")
    private static let slow = Expression.latest("diag_redis_slowlog_recent_entries")
    private static let uncovered = Expression.latest("diag_redis_cluster_slots_uncovered")
    private static let clusterState = Expression.latest("diag_redis_cluster_state_ok")
    private static let lonely = Expression.latest("diag_redis_cluster_masters_without_replica")
    private static let failedNodes = Expression.latest("diag_redis_cluster_nodes_failed")
    private static let quorum = Expression.latest("diag_redis_sentinel_quorum_ok")
    private static let replicasUp = Expression.latest("diag_redis_sentinel_replicas_ok")
    private static let masterUp = Expression.latest("diag_redis_sentinel_master_ok")

    private static let denied = Expression.sum(
        .increase(series("diag_redis_acl_denied_total", "reason", .differs, "command"), fiveMinutes))

    private static let hitRatio = Expression.ratio(
        .sum(grown("diag_redis_keyspace_hits_total")), of: lookups.expression, empty: "no lookups")

    private static let lookups = Condition.Volume(
        expression: .sum(grown("diag_redis_keyspace_lookups_total")), noun: "lookups")

    private static let usedMemory = Condition.Volume(
        expression: .latest("diag_redis_memory_used_bytes"), unit: .bytes)

    private static let succeeds = Unit.state(one: "succeeded", zero: "failed")
    private static let serves = Unit.state(one: "serves", zero: "does not serve all slots")
    private static let reachable = Unit.state(one: "can be reached", zero: "cannot be reached")

    private static func mebibytes(_ count: Double) -> Double { count * 1_048_576 }
}

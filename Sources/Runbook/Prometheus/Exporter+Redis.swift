import Diagnostics

/// In redis_exporter's names, those of its own source.
extension Exporter {
    static let ofRedis: [Translation] = runbook + conditions

    private static let runbook: [Translation] = [
        .value("InstanceDown", at: .redis, "redis_up"),
        .value(
            "NetworkLatencyHigh", at: .redis, "redis_exporter_last_scrape_connect_time_seconds",
            note: "from where the exporter runs, and with the log-in"),
        .value(
            "RedisMemoryFull", at: .redis,
            "((redis_memory_used_bytes - (redis_mem_not_counted_for_eviction_bytes or redis_memory_used_bytes * 0))"
                + " / (redis_memory_max_bytes > 0) or on (job, instance) redis_memory_used_rss_bytes"
                + " / redis_total_system_memory_bytes)",
            note: "without maxmemory against the memory of the host, whatever limit its container has"),
        .value(
            "RedisSentinelFailover", at: .sentinel,
            "(count without (master_address) (group without (master_status)"
                + " (last_over_time(redis_sentinel_master_status[STEP]))) - 1)",
            note: "by addresses alone: a failover there and back within a step is not seen"),
        .expression(
            "RedisSentinelFailover", at: .sentinel, by: "agreement",
            "count by (job, master_name) (count by (job, master_name, master_address) (redis_sentinel_master_status)) > 1",
            note: "among the Sentinels that one job scrapes"),
    ]

    private static let conditions: [Translation] = [
        .value(
            "RedisConnectionsExhausted", at: .redis,
            "((redis_connected_clients + redis_connected_slaves) / redis_config_maxclients)",
            note: "without the links of a cluster, and not while it is itself refused; where CONFIG is allowed to it"),
        .value("RedisConnectionsRejected", at: .redis, "increase(redis_rejected_connections_total[5m])"),
        .value(
            "RedisWritesRefused", at: .redis,
            "increase(redis_errors_total{err=~\"OOM|MISCONF|NOREPLICAS|READONLY\"}[5m])",
            note: "the first error of a name since a start is not seen, as its series begins with it"),
        .value("RedisEvictions", at: .redis, "increase(redis_evicted_keys_total[5m])"),
        .value("RedisBlockedClients", at: .redis, "redis_blocked_clients"),
        .value("RedisReplicationBroken", at: .redis, "redis_master_link_up"),
        .value("RedisReplicationLag", at: .redis, by: "time", "redis_connected_slave_lag_seconds"),
        .value(
            "RedisReplicationLag", at: .redis, by: "bytes",
            "(redis_master_repl_offset - on (job, instance) group_right () redis_connected_slave_offset_bytes)"),
        .value("RedisSaveFailing", at: .redis, by: "RDB", "redis_rdb_last_bgsave_status"),
        .value("RedisSaveFailing", at: .redis, by: "AOF", "(redis_aof_last_write_status and redis_aof_enabled == 1)"),
        .value(
            "RedisSaveFailing", at: .redis, by: "AOF rewrite",
            "(redis_aof_last_bgrewrite_status and redis_aof_enabled == 1)"),
        .value(
            "RedisSaveOverdue", at: .redis,
            "((time() - redis_rdb_last_save_timestamp_seconds) and redis_rdb_changes_since_last_save > 0)"),
        .value(
            "RedisFragmentation", at: .redis,
            "(redis_mem_fragmentation_ratio and redis_memory_used_bytes >= 104857600)"),
        .value(
            "RedisHitRatioLow", at: .redis,
            "increase(redis_keyspace_hits_total[5m])"
                + " / (increase(redis_keyspace_hits_total[5m]) + increase(redis_keyspace_misses_total[5m]))"),
        .value(
            "RedisSlowlogGrowth", at: .redis, "increase(redis_slowlog_last_id[5m])",
            note:
                "a reset of the slow log, after which its last id is 0, looks like as many slow commands as its next id says"
        ),
        .value(
            "RedisAccessDenied", at: .redis,
            "sum by (job, instance) (increase({__name__=~\"redis_acl_access_denied_(auth|key|channel)_total\"}[5m]))",
            note: "of Redis 7.2 and later, by newer versions of the exporter"),
        .value(
            "RedisClusterSlotsUncovered", at: .redis, by: "slots",
            "(16384 - redis_cluster_slots_assigned + redis_cluster_slots_fail)"),
        .value("RedisClusterSlotsUncovered", at: .redis, by: "state", "redis_cluster_state"),
        .impossible(
            "RedisClusterDegraded", at: .redis, by: "replicas", "it does not tell which master has which replicas"),
        .impossible("RedisClusterDegraded", at: .redis, by: "nodes", "it does not tell which nodes have failed"),
        .value(
            "RedisSentinelQuorumLost", at: .sentinel, "redis_sentinel_master_ckquorum_status", note: "by newer versions"
        ),
        .value(
            "RedisSentinelNoReplica", at: .sentinel, "redis_sentinel_master_ok_slaves",
            note: "those that are up, whether their link to the master is or not"),
        .value(
            "RedisSentinelMasterDown", at: .sentinel, "max without (master_status) (redis_sentinel_master_status)"),
    ]
}

extension AlertText {
    static let redisMemoryFull = AlertText(
        .redis, "Redis memory is full",
        meaning:
            "Without an eviction policy writes begin to fail; with one, keys that are still needed are thrown out.",
        evidence: ["redis.memory", "redis.eviction", "redis.keys"],
        nextSteps: [
            .look("See what the memory goes to, the limit and the policy", "diag redis memory {target}"),
            .look("Find the largest keys and prefixes", "diag redis keys {target}"),
            .act(
                "Delete sessions that nobody has asked for for a day (shown first, done with --yes)",
                "diag redis purge --pattern 'session:*' --idle-longer-than 1d {target}"),
            .act("Delete the debates' cache", "diag redis purge --pattern 'debate:cache:*' {target}"),
            .act(
                "Give keys that never expire an end, spread over time",
                "diag redis expire --pattern 'session:*' --in 24h {target}"),
            .act("Raise maxmemory if the machine has room", "redis-cli CONFIG SET maxmemory <bytes>"),
            .act("As the last resort, empty the database: everything in it is lost", "diag redis flushdb {target}"),
        ])

    static let redisSentinelFailover = AlertText(
        .redis, "The Redis master changed",
        meaning: """
            Sentinel made another server the master: writes that the old one had not passed on are lost. Where the \
            Sentinels disagree, clients are sent to different masters.
            """,
        evidence: ["sentinel."],
        nextSteps: [
            .look("See master, replicas, quorum, and whether the Sentinels agree", "diag redis sentinel {target}"),
            .look("See whether the new master answers and its replicas keep up", "diag redis replication <new master>"),
            .look("Read why", "docker logs sentinel-1 --since 10m 2>&1 | grep -E 'sdown|odown|failover|switch-master'"),
            .look("Read what became of the old master", "docker logs redis-master --since 30m"),
            .act("Let the old master come back as a replica", "docker restart redis-master"),
        ])
}

extension AlertText {
    static let redisMemoryFull = AlertText(
        .redis, "Redis memory is full",
        meaning:
            "Without an eviction policy writes begin to fail; with one, keys that are still needed are thrown out.",
        evidence: ["redis.memory", "redis.eviction", "redis.keys"],
        nextSteps: [
            .look("See what the memory goes to, the limit and the policy", "diag redis info {target}"),
            .look("Find the largest keys and prefixes", "diag redis keys {target}"),
            .act(
                "Delete sessions that are no longer needed, in small steps",
                "redis-cli --scan --pattern 'session:*' | xargs -r -L 100 redis-cli UNLINK"),
            .act(
                "Delete the debates' cache",
                "redis-cli --scan --pattern 'debate:cache:*' | xargs -r -L 100 redis-cli UNLINK"),
            .act("Raise maxmemory if the machine has room", "redis-cli CONFIG SET maxmemory <bytes>"),
            .act("As the last resort, empty the database: everything in it is lost", "redis-cli FLUSHDB ASYNC"),
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
            .look("See whether the new master answers and its replicas keep up", "diag redis info <new master>"),
            .look("Read why", "docker logs sentinel-1 --since 10m 2>&1 | grep -E 'sdown|odown|failover|switch-master'"),
            .look("Read what became of the old master", "docker logs redis-master --since 30m"),
            .act("Let the old master come back as a replica", "docker restart redis-master"),
        ])
}

/// The words of the optional conditions on one Redis server.
extension AlertText {
    static let redisConnectionsExhausted = AlertText(
        .redis, "Redis runs out of connections",
        meaning:
            "At maxclients new connections are closed with \"max number of clients reached\"; those that are open go on.",
        evidence: ["redis.clients"],
        nextSteps: [
            .look("See who holds them, by address and name, and who idles", "diag redis clients {target}"),
            .act(
                "Close those that have been idle for an hour (shown first, done with --yes)",
                "diag redis kill-client --idle-longer-than 1h {target}"),
            .act("Allow more, if the limit of open files does", "redis-cli CONFIG SET maxclients <number>"),
            .look("Afterwards: does each process keep one pool, and does `timeout` close what nobody uses?"),
        ])

    static let redisConnectionsRejected = AlertText(
        .redis, "Redis turns clients away",
        meaning: "maxclients was reached: clients that connected were refused, and their requests failed.",
        evidence: ["redis.clients"],
        nextSteps: [
            .look("See who holds the connections", "diag redis clients {target}"),
            .act(
                "Close those that have been idle for an hour (shown first, done with --yes)",
                "diag redis kill-client --idle-longer-than 1h {target}"),
            .act("Allow more, if the limit of open files does", "redis-cli CONFIG SET maxclients <number>"),
        ])

    static let redisWritesRefused = AlertText(
        .redis, "Redis refuses writes",
        meaning: """
            Clients got an error in place of a write: OOM (memory is full and nothing may be evicted), MISCONF (the last save \
            failed), NOREPLICAS (fewer replicas than min-replicas-to-write), READONLY (they write to a replica, most often \
            after a failover).
            """,
        evidence: ["redis.memory.limit", "redis.eviction", "redis.persistence", "redis.replication"],
        nextSteps: [
            .look("OOM: see what the memory goes to", "diag redis memory {target}"),
            .look("MISCONF: see why the last save failed", "diag redis persistence {target}"),
            .look("NOREPLICAS: see which replicas are in step", "diag redis replication {target}"),
            .look("READONLY: see who writes here and who is the master", "diag redis clients {target}"),
            .act("OOM: raise maxmemory if the machine has room", "redis-cli CONFIG SET maxmemory <bytes>"),
            .act("MISCONF: when the disk is mended, save once", "redis-cli BGSAVE"),
        ])

    static let redisEvictions = AlertText(
        .redis, "Redis evicts keys",
        meaning: """
            Memory is at maxmemory and keys are thrown out to make room. Of a cache the least used go; of anything else data is \
            lost.
            """,
        evidence: ["redis.eviction", "redis.memory.limit", "redis.keyspace"],
        nextSteps: [
            .look("See the policy, the rate, and what the memory goes to", "diag redis memory {target}"),
            .look("Find the largest keys and prefixes, and which never expire", "diag redis keys {target}"),
            .act("Raise maxmemory if the machine has room", "redis-cli CONFIG SET maxmemory <bytes>"),
            .act(
                "Give keys that never expire an end", "diag redis expire --pattern '<prefix>:*' --in 24h {target}"),
        ])

    static let redisBlockedClients = AlertText(
        .redis, "Clients are blocked in Redis",
        meaning: """
            They wait in BLPOP, XREAD BLOCK, WAIT or the like, or the server is paused (CLIENT PAUSE). Workers of a queue do so \
            on purpose; others wait for somebody who no longer writes.
            """,
        evidence: ["redis.clients"],
        nextSteps: [
            .look("See who waits, in which command and since when", "diag redis clients {target}"),
            .look("See whether replicas are behind, if they sit in WAIT", "diag redis replication {target}"),
            .act("Let one go", "redis-cli CLIENT UNBLOCK <id>"),
        ])

    static let redisSaveFailing = AlertText(
        .redis, "Redis cannot save",
        meaning: """
            What has been written since is in memory alone. Unless it was told otherwise Redis now refuses all writes (MISCONF), \
            so that somebody notices.
            """,
        evidence: ["redis.persistence"],
        nextSteps: [
            .look("See what was tried, when, and how long a fork takes", "diag redis persistence {target}"),
            .look("See whether the disk is full", "diag host"),
            .look("Read why", "grep -iE 'background saving|append only|write error|can.t save' <Redis log> | tail"),
            .act("When it is mended, save once", "redis-cli BGSAVE"),
            .look("If the fork fails for lack of memory: vm.overcommit_memory = 1", "sysctl vm.overcommit_memory"),
        ])

    static let redisSaveOverdue = AlertText(
        .redis, "Redis has not saved for long",
        meaning: "A restart now would go back to the last snapshot, unless the append-only file is on.",
        evidence: ["redis.persistence"],
        nextSteps: [
            .look("See the save points and the append-only file", "diag redis persistence {target}"),
            .act("Save now, in the background", "redis-cli BGSAVE"),
            .act("Let it save by itself", "redis-cli CONFIG SET save '3600 1 300 100'"),
        ])

    static let redisFragmentation = AlertText(
        .redis, "Redis's memory is fragmented",
        meaning: """
            The process holds much more than Redis uses: holes between values, or pages kept after a peak. The machine can run \
            out of memory while maxmemory looks far away.
            """,
        evidence: ["redis.memory"],
        nextSteps: [
            .look("See which of the two it is", "diag redis memory {target}"),
            .act("Let Redis close the holes", "redis-cli CONFIG SET activedefrag yes"),
            .act("Give unused pages back", "redis-cli MEMORY PURGE"),
        ])

    static let redisHitRatioLow = AlertText(
        .redis, "Lookups miss in Redis",
        meaning: """
            More than usual is asked for that is not there, and has to come from somewhere slower: keys were evicted or expired \
            too early, the cache is cold, or names have changed.
            """,
        evidence: ["redis.keyspace", "redis.eviction"],
        nextSteps: [
            .look("See the databases, their hit ratios and how long keys live", "diag redis keyspace {target}"),
            .look("See whether keys are evicted", "diag redis memory {target}"),
            .look("See which prefixes there are, and their TTLs", "diag redis keys {target}"),
            .act(
                "Raise maxmemory, if keys are evicted and the machine has room",
                "redis-cli CONFIG SET maxmemory <bytes>"),
        ])

    static let redisSlowlogGrowth = AlertText(
        .redis, "Commands are slow in Redis",
        meaning: "Commands run one at a time: while one of these ran, everybody else waited.",
        evidence: ["redis.slowlog"],
        nextSteps: [
            .look("See which commands, from whom, and what to use instead", "diag redis slowlog {target}"),
            .look("See whether it is the command, the fork or the disk", "diag redis latency {target}"),
            .look("Find the keys that are too large", "diag redis keys {target}"),
            .act(
                "Close the client that sends them (shown first, done with --yes)",
                "diag redis kill-client <id>@<address> {target}"),
        ])

    static let redisAccessDenied = AlertText(
        .redis, "Redis denies access",
        meaning: """
            Logins with wrong passwords, or keys and channels that a user may not touch: somebody tries, or a client has the \
            wrong user or password.
            """,
        evidence: ["redis.acl"],
        nextSteps: [
            .look("See who was refused what, and from where", "diag redis acl {target}"),
            .look("See who is connected", "diag redis clients {target}"),
            .act("Change what a user may do", "redis-cli ACL SETUSER <user> ~<pattern>"),
        ])
}

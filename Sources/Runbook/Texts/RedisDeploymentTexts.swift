/// The words of the optional conditions on replication, clusters and Sentinels.
extension AlertText {
    static let redisReplicationBroken = AlertText(
        .redis, "A Redis replica has lost its master",
        meaning: """
            It gets no more writes: what it serves grows old (or is refused, with replica-serve-stale-data no), and it can take \
            over only with what it had.
            """,
        evidence: ["redis.replication"],
        nextSteps: [
            .look(
                "See both ends of the link and whether the backlog still reaches back",
                "diag redis replication {target}"),
            .look("See whether the master answers", "diag redis info {master}"),
            .look("Read why", "grep -iE 'master|sync' <Redis log> | tail -20"),
            .act("If the password has changed: tell the replica", "redis-cli CONFIG SET masterauth <password>"),
        ])

    static let redisReplicationLag = AlertText(
        .redis, "A Redis replica lags behind",
        meaning: "Reads from it are out of date, and a failover now would lose what it has not received.",
        evidence: ["redis.replicas", "redis.replication"],
        nextSteps: [
            .look("See offsets, full synchronisations and the backlog", "diag redis replication {target}"),
            .look("See what holds the replica up", "diag redis latency {replica}"),
            .look("See the way between the two", "diag net {replica}"),
            .act("Let a longer break be caught up without a full copy", "redis-cli CONFIG SET repl-backlog-size 64mb"),
        ])

    static let redisClusterSlotsUncovered = AlertText(
        .redis, "A Redis Cluster has lost slots",
        meaning: """
            Keys of these slots can be neither read nor written; with cluster-require-full-coverage (the default) the whole \
            cluster refuses.
            """,
        evidence: ["redis.cluster"],
        nextSteps: [
            .look("See which slots, whose they were, and what every node thinks", "diag redis cluster {target}"),
            .look("See whether a replica of the lost master is there to take over"),
            .act("Let the best of them do it", "redis-cli -h <replica> CLUSTER FAILOVER TAKEOVER"),
            .act("Put right what a broken resharding left", "redis-cli --cluster fix {address}"),
        ])

    static let redisClusterDegraded = AlertText(
        .redis, "A Redis Cluster has lost redundancy",
        meaning: "Nodes have failed, or masters have no healthy replica: when such a master fails its slots are lost.",
        evidence: ["redis.cluster"],
        nextSteps: [
            .look("See which nodes and masters", "diag redis cluster {target}"),
            .act(
                "Start the node again, or give the master a replica", "redis-cli -h <new node> CLUSTER REPLICATE <id>"),
            .act(
                "Forget a node that will not come back, on every node",
                "redis-cli --cluster call {address} CLUSTER FORGET <id>"),
        ])

    static let redisSentinelQuorumLost = AlertText(
        .redis, "Sentinels cannot agree on a failover",
        meaning:
            "Too few Sentinels can be reached for quorum or majority: if the master fails now, nobody replaces it.",
        evidence: ["sentinel.quorum", "sentinel.sentinels"],
        nextSteps: [
            .look("See which Sentinels are missing", "diag redis sentinel {target}"),
            .act("Start them again", "docker restart sentinel-1"),
            .act(
                "Forget those that will not come back, on each of the others one after another",
                "redis-cli -p 26379 SENTINEL RESET {master}"),
        ])

    static let redisSentinelNoReplica = AlertText(
        .redis, "No replica could become master",
        meaning: "Every replica that the Sentinels know is down or out of step: a failover would find nobody.",
        evidence: ["sentinel.replicas", "sentinel.master"],
        nextSteps: [
            .look("See each replica's state, link and priority", "diag redis sentinel {target}"),
            .look("See the master's side", "diag redis replication <master>"),
            .act("Start the replica again", "docker restart redis-replica"),
        ])

    static let redisSentinelMasterDown = AlertText(
        .redis, "The Redis master is down for a Sentinel",
        meaning: "It does not answer and none has taken its place: nobody can write.",
        evidence: ["sentinel.master", "sentinel.quorum", "sentinel.replicas"],
        nextSteps: [
            .look("See what all Sentinels think, and why there is no failover", "diag redis sentinel {target}"),
            .look("Read why", "docker logs redis-master --since 30m"),
            .act("Begin the failover by hand", "redis-cli -p 26379 SENTINEL FAILOVER {master}"),
        ])
}

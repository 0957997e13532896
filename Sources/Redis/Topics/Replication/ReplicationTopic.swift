import Diagnostics

extension RedisProbe.Question {
    /// Both ends of replication as this server sees them. Evidence: `redis.replication.judgement`, `redis.replicas`,
    /// `redis.replication.link`, `redis.replication.backlog`, and by `ReplicationEnds` `redis.replication.ends`.
    public static let replication = Self(ReplicationTopic())
}

struct ReplicationTopic: Topic {
    let settings = [
        "repl-timeout", "repl-backlog-ttl", "min-replicas-to-write", "min-replicas-max-lag",
        "replica-serve-stale-data", "replica-read-only", "client-output-buffer-limit", "save",
    ]
    let watches = true

    /// What waits to be sent to each replica; 5.0 and later.
    func asksMore(after reading: Reading) -> [RedisCommand] {
        reading.info.replication.replicas.isEmpty || !reading.info.isAtLeast(5, 0)
            ? [] : [RedisCommand("CLIENT", "LIST", "TYPE", "replica")]
    }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        content.sampleReplication(reading.info.replication)
        let view = ReplicationView(reading)
        content.evidence.append(
            .remarks("redis.replication.judgement", "Judgement", ReplicationRemarks(view: view).all))
        content.evidence += [view.replicaTable, view.linkTable, view.backlogTable].compactMap { $0 }
    }
}

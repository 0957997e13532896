import Diagnostics

extension Observation.Content {
    mutating func reportReplication(_ info: RedisInfo) {
        let replication = info.replication
        if replication.role == "master" { add(RedisMetrics.replicas, replication.replicas.count) }
        for replica in replication.replicas { report(replica, of: replication) }
        if let upstream = replication.upstream { report(upstream) }
        evidence.append(.fact("redis.replication", "Replication", replication.sentence))
        guard !replication.replicas.isEmpty else { return }
        evidence.append(
            .table(
                "redis.replicas", "Replicas", columns: ["replica", "state", "lag", "behind"],
                rows: replication.replicas.map { $0.row(behind: replication.offset) }))
    }

    private mutating func report(_ replica: RedisInfo.Replica, of master: RedisInfo.Replication) {
        let labels: Labels = ["replica": replica.address]
        add(RedisMetrics.replicaLag, replica.lagSeconds, labels: labels)
        add(RedisMetrics.replicaLagBytes, replica.bytesBehind(master.offset), labels: labels)
    }

    private mutating func report(_ upstream: RedisInfo.Upstream) {
        let labels: Labels = ["master": upstream.address]
        add(RedisMetrics.masterLinkUp, upstream.isUp, labels: labels)
        add(RedisMetrics.masterSilence, upstream.secondsSinceLastWord, labels: labels)
        add(RedisMetrics.masterLinkDown, upstream.secondsDown, labels: labels)
    }
}

extension RedisInfo.Replica {
    /// Never negative: the master's offset is read a moment before the replica's.
    fileprivate func bytesBehind(_ masterOffset: Int64?) -> Int64? {
        guard let masterOffset, let offset else { return nil }
        let (difference, overflow) = masterOffset.subtractingReportingOverflow(offset)
        return overflow ? nil : max(0, difference)
    }

    fileprivate func row(behind masterOffset: Int64?) -> [Cell] {
        [
            .text(address), state.map(Cell.text) ?? .none, lagSeconds.map { .seconds(Double($0)) } ?? .none,
            bytesBehind(masterOffset).map(Cell.bytes) ?? .none,
        ]
    }
}

extension RedisInfo.Replication {
    fileprivate var sentence: String {
        guard let upstream else { return "\(role ?? "of unknown role"), \(replicas.count) replicas connected" }
        let link = upstream.isUp ? "up" : "down" + (upstream.secondsDown.map { " for \($0) s" } ?? "")
        let synchronising = upstream.isSynchronising ? ", full synchronisation under way" : ""
        return "replica of \(upstream.address), link \(link)\(synchronising)"
    }
}

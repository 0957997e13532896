import Diagnostics

extension PostgreSQLProbe.Question {
    /// Checkpoints by cause. Evidence: `postgresql.checkpoints`.
    public static let checkpoints = Self(CheckpointsTopic())
}

struct CheckpointsTopic: Topic {
    let asks: [any Answer.Type] = [Checkpoints.self]
    let metrics = [PostgreSQLMetrics.checkpoints]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let checkpoints: Checkpoints = try reading.one()
        for (cause, count) in [("timed", checkpoints.timed), ("requested", checkpoints.requested)] {
            content.add(
                PostgreSQLMetrics.checkpoints, Double(count), labels: ["cause": cause],
                identity: reading.system?.counterIdentity, countedSince: checkpoints.statisticsReset)
        }
        content.evidence.append(.fact("postgresql.checkpoints", "Checkpoints", checkpoints.sentence))
    }
}

extension Checkpoints {
    fileprivate var sentence: String {
        "\(timed) timed (checkpoint_timeout \(Units.seconds(timeout))), \(requested) requested (max_wal_size "
            + "\(Units.bytes(maxWALSize))) since \(statisticsReset.map { "\($0)" } ?? "the beginning"); writing took "
            + "\(Units.seconds(writeTime)), flushing \(Units.seconds(syncTime))"
    }
}

import Diagnostics

extension PostgreSQLProbe.Question {
    /// Both ends of replication as this server sees them. Evidence: `postgresql.replication.standbys`,
    /// `….replication.slots`, `….replication.receiver`, `….replication.missing`, and by `ReplicationCrossCheck`
    /// `….replication.ends`.
    public static let replication = Self(ReplicationTopic())
}

struct ReplicationTopic: Topic {
    let asks: [any Answer.Type] = [Standby.self, ReplicationSlot.self, Receiver.self]
    let metrics = [
        PostgreSQLMetrics.replicationLag, PostgreSQLMetrics.replicationLagBytes, PostgreSQLMetrics.slotRetained,
        PostgreSQLMetrics.slotLost, PostgreSQLMetrics.standbyConnected,
    ]

    /// A standby that looks late, until it has replayed what was known at first.
    func looksAgain(after reading: Reading) -> [any Answer.Type] {
        guard let receiver = (try? reading.all(Receiver.self))?.first else { return [] }
        return receiver.deservesAnotherLook(after: reading.later()) ? [Receiver.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try ReplicationReport(reading).write(to: &content)
    }
}

import Diagnostics

extension PostgreSQLProbe {
    /// What can be asked of a server; each is a constant or a function beside its topic.
    public struct Question: Sendable {
        let topic: any Topic

        init(_ topic: any Topic) { self.topic = topic }
    }
}

extension PostgreSQLProbe.Question {
    /// What a sweep asks: what conditions judge and what belongs to them. The rest costs more or belongs to no condition;
    /// a person asks for it.
    public static let sweep: [Self] = [.connections, .idle, .transactions, .replication, .deadlocks, .locks, .own]

    /// What is asked when nothing else is said.
    public static let usual: [Self] = sweep + [.statements()]

    /// What a sweep asks besides, where a condition is looked at that needs it.
    static let onDemand: [Self] = [
        .wraparound, .databaseIO, .prepared, .archiver, .checkpoints, .collations, .autovacuum,
    ]

    /// What a sweep asks whose conditions need these metrics, by name.
    public static func sweep(measuring metrics: Set<String>) -> [Self] {
        let asked = onDemand.filter { question in question.topic.metrics.contains { metrics.contains($0.name) } }
        // Who runs out of ids wants to know what keeps vacuum from freezing.
        let explains = asked.contains { $0.topic is WraparoundTopic || $0.topic is AutovacuumTopic }
        return sweep + asked + (explains ? [.horizon] : [])
    }
}

extension [PostgreSQLProbe.Question] {
    /// These, and what else it takes to measure the metrics of these names.
    public func alsoMeasuring(_ metrics: Set<String>) -> Self {
        let missing = metrics.subtracting(flatMap(\.topic.metrics).map(\.name))
        return self
            + (Element.sweep + Element.onDemand).filter { question in
                question.topic.metrics.contains { missing.contains($0.name) }
            }
    }
}

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
}

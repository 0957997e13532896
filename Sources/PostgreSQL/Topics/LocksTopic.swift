import Diagnostics

extension PostgreSQLProbe.Question {
    /// Who waits for whom; read only where somebody waits. Evidence: `postgresql.locks`, `….locks.summary`,
    /// `….locks.first`, `….locks.roots`.
    public static let locks = locks()

    /// The same.
    ///
    /// - Parameters:
    ///   - isComplete: each waiter on a line of its own, however many they are.
    ///   - deliver: gets the graph that the evidence is made of, for those who draw it too.
    public static func locks(isComplete: Bool = false, deliver: @escaping @Sendable (LockGraph) -> Void = { _ in })
        -> Self
    {
        Self(LocksTopic(isComplete: isComplete, deliver: deliver))
    }
}

struct LocksTopic: Topic {
    let isComplete: Bool
    let deliver: @Sendable (LockGraph) -> Void
    let asks: [any Answer.Type] = []

    func asksMore(after reading: Reading) -> [any Answer.Type] {
        reading.server.waiting > 0 ? [LockEntry.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let graph = LockGraph(reading.server.waiting > 0 ? try reading.all() : [])
        deliver(graph)
        content.evidence += graph.evidence(isComplete: isComplete)
    }
}

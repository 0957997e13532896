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

    /// Only the graph, for those who draw it: to be asked beside `locks`, of whose answer it is, so that it costs the server
    /// nothing.
    public static func lockGraph(_ deliver: @escaping @Sendable (LockGraph) -> Void) -> Self {
        Self(LocksTopic(isComplete: false, deliver: deliver, isToldElsewhere: true))
    }
}

struct LocksTopic: Topic {
    let isComplete: Bool
    let deliver: @Sendable (LockGraph) -> Void
    var isToldElsewhere = false
    let asks: [any Answer.Type] = []

    func asksMore(after reading: Reading) -> [any Answer.Type] {
        reading.server.waiting > 0 && !isToldElsewhere ? [LockEntry.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let graph = LockGraph(reading.server.waiting > 0 ? try reading.all() : [])
        deliver(graph)
        guard !isToldElsewhere else { return }
        content.evidence += graph.evidence(isComplete: isComplete)
    }
}

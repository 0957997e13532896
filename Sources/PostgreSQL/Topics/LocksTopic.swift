import Diagnostics

extension PostgreSQLProbe.Question {
    /// Who waits for whom; read only where somebody waits. Evidence: `postgresql.locks`, `….locks.summary`,
    /// `….locks.first`, `….locks.roots`.
    public static let locks = Self(LocksTopic(isComplete: false))

    /// The same with each waiter on a line of its own, however many they are.
    public static let everyLock = Self(LocksTopic(isComplete: true))
}

struct LocksTopic: Topic {
    let isComplete: Bool
    let asks: [any Answer.Type] = []

    func asksMore(after reading: Reading) -> [any Answer.Type] {
        reading.server.waiting > 0 ? [LockEntry.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        content.evidence += LockGraph(reading.server.waiting > 0 ? try reading.all() : []).evidence(
            isComplete: isComplete)
    }
}

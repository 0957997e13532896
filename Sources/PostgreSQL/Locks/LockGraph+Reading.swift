import Diagnostics

extension LockGraph {
    /// Reads the graph from a server, for those who want it whole and not as evidence.
    ///
    /// - Throws: what `Connection.open` throws, and what stood in the way of the question.
    public static func read(
        from settings: PostgreSQLSettings, until deadline: Deadline
    ) async throws(ProbeError) -> LockGraph {
        let connection = try await Connection.open(settings, until: deadline)
        return LockGraph(try await Answers(asking: [LockEntry.self], of: connection, until: deadline).all())
    }
}

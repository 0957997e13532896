import Diagnostics

/// One subject that the probe can look into: what it asks of a server, and what it makes of the answers.
///
/// A topic is one file: the type, and a `PostgreSQLProbe.Question` by which others ask for it. Where a sweep asks it too,
/// it stands in `PostgreSQLProbe.Question.sweep`.
protocol Topic: Sendable {
    /// Asked in the first round trip, together with what the other topics ask. What two of them ask is asked once.
    var asks: [any Answer.Type] { get }
    /// Asked in the first round trip after all else: questions that have no type for their rows.
    ///
    /// - Parameter version: the server's, as a number: 150020 is 15.20.
    func queries(_ settings: PostgreSQLSettings, forServer version: Int, until deadline: Deadline) -> [Query]
    /// Values for settings that its questions read with `current_setting('diag.…', true)`, by their names.
    var parameters: [String: String] { get }
    /// The same for what is asked after the first answers. A key that does not begin with `diag.` is a relation, and
    /// stands for it where the question reads `FROM` it.
    func parameters(after reading: Reading) -> [String: String]
    /// Metrics that are missing when `report` throws.
    var metrics: [Metric] { get }
    /// What the first answers call for: asked in a second round trip, which there is only where a topic has something
    /// to ask.
    func asksMore(after reading: Reading) async -> [any Answer.Type]
    /// What must be looked at once more to be sure, each time after a longer pause, until there is nothing or the time
    /// is over; the answers are in `reading.looks`.
    func looksAgain(after reading: Reading) -> [any Answer.Type]
    /// Writes samples, evidence and gaps.
    ///
    /// - Throws: what stood in the way; then each of `metrics` is missing because of it.
    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError)
}

extension Topic {
    func queries(_ settings: PostgreSQLSettings, forServer version: Int, until deadline: Deadline) -> [Query] { [] }
    var parameters: [String: String] { [:] }
    func parameters(after reading: Reading) -> [String: String] { parameters }
    var metrics: [Metric] { [] }
    func asksMore(after reading: Reading) async -> [any Answer.Type] { [] }
    func looksAgain(after reading: Reading) -> [any Answer.Type] { [] }
}

/// Why a metric that a condition may ask for was not measured: the condition is then unknown, never ok.
public struct Gap: Sendable, Hashable {
    /// The name of the metric that is missing.
    public let metric: String
    /// What was looked for and not found, or what stood in the way, in words for a person.
    public let reason: String

    public init(_ metric: Metric, _ reason: String) {
        self.metric = metric.name
        self.reason = reason
    }
}

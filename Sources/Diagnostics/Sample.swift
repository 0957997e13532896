/// One measured number: what conditions judge, history keeps and exporters print.
public struct Sample: Sendable, Hashable {
    public let metric: Metric
    /// What tells this series from others of the metric at the same target; the target's own name is not among them.
    public let labels: Labels
    public let value: Double
    /// Identity of whatever counts, where a name can come to mean another thing: a PostgreSQL system identifier,
    /// a Redis run id. A different identity begins a new series; no increase is taken across the two.
    public let identity: String?
    /// Since when a counter has been counting, where the server says (`stats_reset`, start of the process). A later
    /// time than before is a reset, even when the value has already grown past the old one.
    public let countedSince: Timestamp?

    public init(
        _ metric: Metric, _ value: Double, labels: Labels = [:], identity: String? = nil,
        countedSince: Timestamp? = nil
    ) {
        self.metric = metric
        self.labels = labels
        self.value = value
        self.identity = identity
        self.countedSince = countedSince
    }
}

import Diagnostics

/// What an expression is evaluated in: one target as this sweep saw it, and what is remembered of it.
public struct Scene: Sendable {
    public let observation: Observation
    /// The wall clock of the sweep.
    public let now: Timestamp
    /// By metric; nil where they are so few that looking through them is faster, and takes no memory for each of thousands
    /// of targets.
    private let samples: [String: [Sample]]?
    private let history: SeriesHistory?

    /// - Parameter history: nil when none is kept.
    public init(_ observation: Observation, history: SeriesHistory?, now: Timestamp) {
        self.observation = observation
        self.now = now
        self.history = history
        let all = observation.samples
        samples = all.count > Self.few ? Dictionary(grouping: all, by: \.metric.name) : nil
    }

    private static let few = 48

    /// When the samples had been taken.
    var time: Timestamp { observation.ended }

    /// All samples of a metric; those of them that match may be none at all.
    ///
    /// - Throws: `Unknown` when the metric was not measured.
    func samples(of series: Series) throws(Unknown) -> [Sample] {
        guard let all = samples(named: series.metric) else { throw missing(series.metric) }
        return all.filter { series.matches($0.labels) }
    }

    private func samples(named name: String) -> [Sample]? {
        guard samples == nil else { return samples?[name] }
        let found = observation.samples.filter { $0.metric.name == name }
        return found.isEmpty ? nil : found
    }

    var keepsHistory: Bool { history != nil }

    /// The readings of a metric in earlier sweeps. A sweep that ran at the same time is none: whichever read a counter
    /// first, the other's lower value must not look like a restart.
    func earlier(_ metric: String) -> [SeriesHistory.Key: [Reading]] {
        history?.series(of: metric, at: TargetID(observation.target), before: observation.started) ?? [:]
    }

    private func missing(_ metric: String) -> Unknown {
        if let failure = observation.failure { return Unknown(.failed, failure.description) }
        if let gap = observation.gaps.first(where: { $0.metric == metric }) { return Unknown(.notServed, gap.reason) }
        return Unknown(.notServed, "\(metric) was not measured")
    }
}

import Diagnostics
import Runbook

extension SweepReport {
    /// What was judged: one series for each alert, target and source, whatever fires there just now, so that graphs go on.
    /// Of several file systems or databases it is the worst one's value. Always in the same order: there are tools that
    /// know series by their place.
    var judgedPerformance: [PerformanceData] {
        let judged = (findings + unjudged).filter { $0.target != nil && $0.verdict != .notApplicable }
        return grouped(judged) { [performanceLabel($0)] }
            .map { PerformanceData(performanceLabel($0[0]), judged: $0[0], value: $0.worstValue) }
            .sorted { $0.label < $1.label }
    }

    /// What was measured beside that: gauges, and counters as such. Not moments, which no graph shows, and not what stands
    /// for nothing but its labels.
    var measuredPerformance: [PerformanceData] {
        observations.flatMap { observation in
            observation.samples.filter(\.isForGraphs).map { sample in
                let name =
                    sample.metric.name.hasPrefix("diag_") ? sample.metric.name.dropFirst(5) : sample.metric.name[...]
                let words = [prefix(observation.target), String(name)] + sample.labels.map(\.value)
                return PerformanceData(words.filter { !$0.isEmpty }.joined(separator: " "), sample.value, sample.unit)
            }
        }
    }

    /// `InstanceDown`; among several targets `cache InstanceDown`, and behind it which source speaks.
    private func performanceLabel(_ finding: Finding) -> String {
        [finding.target.map(prefix) ?? "", finding.alert, finding.source].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Nothing for the only target; the kind too where a name means several.
    private func prefix(_ target: Target) -> String {
        guard observations.count > 1 else { return "" }
        let isAmbiguous = observations.contains { $0.target.name == target.name && $0.target.kind != target.kind }
        return isAmbiguous ? "\(target.kind.rawValue)/\(target.name)" : target.name
    }
}

extension Sample {
    fileprivate var isForGraphs: Bool {
        metric.isExported && metric.summedOver.isEmpty && !metric.name.hasSuffix("_info") && value.isFinite
            && !(isInSeconds && value > 1e9)
    }

    private var isInSeconds: Bool { metric.name.hasSuffix("_seconds") }

    fileprivate var unit: PerformanceUnit {
        metric.kind == .counter ? .counter : PerformanceUnit(Unit(ofMetric: metric.name)).unbounded
    }
}

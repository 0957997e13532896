import Diagnostics
import Runbook

extension SweepReport {
    /// For node_exporter's textfile collector, or any scraper: text format 0.0.4. Label sets are bounded: no query, key or
    /// process id is ever a label of an exported metric. Each series has its target's kind and name.
    public var prometheus: String { page([:]).prometheusText }

    /// The same as OpenMetrics 1.0.
    public var openMetrics: String { page([:]).openMetricsText }

    /// The same for a textfile of that path. Where two files of a folder have a series in common, node_exporter serves
    /// nothing at all, not even what others measure. So every file but `diag.prom` puts its name on each of its series.
    public func textfile(at path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let stem = name.hasSuffix(".prom") ? name.dropLast(".prom".count) : name
        return page(stem == "diag" ? [:] : ["sweep": String(stem)]).prometheusText
    }

    /// - Parameter common: labels of all series.
    private func page(_ common: Labels) -> MetricPage {
        var page = MetricPage(common)
        for observation in observations { observation.expose(on: &page) }
        // The worst come first in a report; of several findings for one series the last one stays.
        for finding in findings.reversed() { finding.expose(on: &page) }
        exposeSweep(on: &page)
        return page
    }

    private func exposeSweep(on page: inout MetricPage) {
        // All of them each time: a series that comes only with its first trouble shows no increase.
        for outcome in TargetOutcome.allCases {
            let count = observations.filter { TargetOutcome($0) == outcome }.count
            page.add(SweepMetrics.targets, Double(count), ["outcome": outcome.rawValue])
        }
        for verdict in Verdict.allCases where verdict != .notApplicable {
            for severity in Severity.allCases {
                let count = findings.filter { $0.verdict == verdict && $0.severity == severity }.count
                page.add(
                    SweepMetrics.findings, Double(count), ["verdict": verdict.rawValue, "priority": "\(severity)"])
            }
        }
        page.add(SweepMetrics.duration, duration.seconds)
        page.add(SweepMetrics.time, started.secondsSinceEpoch)
        page.add(SweepMetrics.exitCode, Double(exitStatus.rawValue))
        page.add(SweepMetrics.build, 1, ["version": version])
    }
}

/// What became of looking at a target, as a label: the kinds of `ProbeError`, without a server's own codes.
enum TargetOutcome: String, CaseIterable {
    case answered
    case timedOut = "timed_out"
    case unresolved, refused, unreachable
    case protocolViolation = "protocol_violation"
    case tls, unauthenticated, forbidden, server, cancelled, misconfigured, busy, local

    init(_ observation: Observation) {
        self =
            switch observation.failure?.kind {
            case nil: .answered
            case .timedOut: .timedOut
            case .unresolved: .unresolved
            case .refused: .refused
            case .unreachable: .unreachable
            case .protocolViolation: .protocolViolation
            case .tls: .tls
            case .unauthenticated: .unauthenticated
            case .forbidden: .forbidden
            case .server: .server
            case .cancelled: .cancelled
            case .misconfigured: .misconfigured
            case .busy: .busy
            case .local: .local
            }
    }
}

extension Observation {
    fileprivate func expose(on page: inout MetricPage) {
        page.add(SweepMetrics.targetDuration, duration.seconds, target.labelling([:]))
        let own = samples.filter { $0.metric.isExported } + samples.summed
        for sample in TargetMetrics.samples(self) + own {
            page.add(sample.metric, sample.value, target.labelling(sample.labels), created: sample.countedSince)
        }
    }
}

extension [Sample] {
    /// Those that exporters don't print as they are, added up over the labels that nobody bounds.
    fileprivate var summed: [Sample] {
        let unbounded = filter { !$0.metric.isExported && !$0.metric.summedOver.isEmpty }
        let groups = Dictionary(grouping: unbounded) { sample in
            SeriesName(metric: sample.metric, labels: sample.labels.dropping(sample.metric.summedOver))
        }
        return groups.map { name, members in
            let values = members.map(\.value)
            return Sample(
                name.metric, name.metric.kind == .gauge ? values.max() ?? .nan : values.reduce(0, +),
                labels: name.labels, countedSince: members.lazy.compactMap(\.countedSince).max())
        }
    }

    private struct SeriesName: Hashable {
        let metric: Metric
        let labels: Labels
    }
}

extension Finding {
    fileprivate func expose(on page: inout MetricPage) {
        guard let target, verdict != .notApplicable else { return }
        page.add(SweepMetrics.alert, state, target.labelling(extraLabels).merging(alertLabels))
    }

    /// What tells one alert from others at the same target; `diag rules` gives the same to its alerts.
    private var alertLabels: Labels {
        let labels: Labels = ["alert": alert, "severity": severity.word, "priority": "\(severity)"]
        return source.isEmpty ? labels : labels.with("source", source)
    }
}

extension Target {
    /// Labels of one of its series: the configuration's first, so that they hide neither the sample's own nor kind and
    /// name, which tell targets apart.
    func labelling(_ own: Labels) -> Labels {
        labels.merging(own).merging(["kind": kind.rawValue, "target": name])
    }
}

import Diagnostics
import Runbook

/// The metrics of a sweep itself, beside those that its probes measured.
public enum SweepMetrics {
    public static let alert = Metric(
        "diag_alert_state", .gauge, "State of an alert at a target: 0 ok, 1 pending, 2 firing, -1 unknown.")
    public static let targetUp = Metric("diag_target_up", .gauge, "Whether the target could be looked at: 1 or 0.")
    public static let targetDuration = Metric(
        "diag_target_duration_seconds", .gauge, "How long looking at the target took.")
    public static let rejected = Metric(
        "diag_target_rejected", .gauge, "1 when the server refused with the code in the label, such as an SQLSTATE.")
    public static let duration = Metric("diag_sweep_duration_seconds", .gauge, "How long the last sweep took.")
    public static let time = Metric(
        "diag_sweep_timestamp_seconds", .gauge,
        "When the last sweep began, as a Unix time: an old one means that none runs.")
    public static let targets = Metric("diag_sweep_targets", .gauge, "Targets of the last sweep by outcome.")
    public static let build = Metric("diag_build_info", .gauge, "Always 1; the version is in the label.")
}

extension SweepReport {
    /// For node_exporter's textfile collector, or any scraper. Label sets are bounded: no query, key or process
    /// id is ever a label of an exported metric. Each series has its target's kind and name.
    public var prometheus: String {
        var page = Exposition()
        for observation in observations { observation.expose(on: &page) }
        // The worst come first in a report; of several findings for one series the last one stays.
        for finding in findings.reversed() { finding.expose(on: &page) }
        let failed = observations.filter { $0.failure != nil }.count
        page.add(SweepMetrics.targets, Double(observations.count - failed), ["outcome": "answered"])
        page.add(SweepMetrics.targets, Double(failed), ["outcome": "failed"])
        page.add(SweepMetrics.duration, duration.seconds)
        page.add(SweepMetrics.time, started.secondsSinceEpoch)
        page.add(SweepMetrics.build, 1, ["version": version])
        return page.text()
    }
}

extension Observation {
    fileprivate func expose(on page: inout Exposition) {
        let labels = target.identity
        page.add(SweepMetrics.targetUp, failure == nil ? 1 : 0, labels)
        page.add(SweepMetrics.targetDuration, duration.seconds, labels)
        if case .server(let code) = failure?.kind { page.add(SweepMetrics.rejected, 1, labels.with("code", code)) }
        for sample in samples where sample.metric.isExported {
            page.add(sample.metric, sample.value, sample.labels.merging(labels))
        }
    }
}

extension Finding {
    fileprivate func expose(on page: inout Exposition) {
        guard let target, verdict != .notApplicable else { return }
        let labels = target.identity.merging(["alert": alert, "severity": "\(severity)"])
        page.add(SweepMetrics.alert, state, source.isEmpty ? labels : labels.with("source", source))
    }

    private var state: Double {
        switch verdict {
        case .ok, .notApplicable: 0
        case .pending: 1
        case .firing: 2
        case .unknown: -1
        }
    }
}

extension Target {
    /// The configuration's own labels first, so that they cannot hide kind and name.
    fileprivate var identity: Labels { labels.merging(["kind": kind.rawValue, "target": name]) }
}

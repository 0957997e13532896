import Diagnostics

/// An exporter whose metrics the runbook's alerts can be expressed in, by those who run it already.
public enum Exporter: String, Sendable, Hashable, CaseIterable {
    case postgres = "postgres_exporter"
    case redis = "redis_exporter"
    case node = "node_exporter"
    case blackbox = "blackbox_exporter"
    case pgbouncer = "pgbouncer_exporter"

    /// The kinds of target that it looks at.
    var kinds: Set<Target.Kind> {
        switch self {
        case .postgres: [.postgresql]
        case .redis: [.redis, .sentinel]
        case .node: [.host]
        case .blackbox: [.http, .tls]
        case .pgbouncer: [.pgbouncer]
        }
    }
}

/// How a condition reads in an exporter's metrics, or why it cannot be said there.
struct Translation: Sendable {
    enum Outcome: Sendable {
        /// PromQL up to the comparison, which is the condition's own; what a reader should know of it.
        case value(String, note: String?)
        /// A whole alerting expression, where the comparison is another one.
        case expression(String, note: String?)
        case impossible(String)
    }

    let alert: String
    let kind: Target.Kind
    let source: String
    let outcome: @Sendable (ExporterTimes) -> Outcome

    static func value(
        _ alert: String, at kind: Target.Kind, by source: String = "", _ promQL: String, note: String? = nil
    ) -> Translation {
        Translation(alert: alert, kind: kind, source: source) { .value($0.filled(promQL), note: note) }
    }

    static func expression(
        _ alert: String, at kind: Target.Kind, by source: String = "", _ promQL: String, note: String? = nil
    ) -> Translation {
        Translation(alert: alert, kind: kind, source: source) { .expression($0.filled(promQL), note: note) }
    }

    static func impossible(
        _ alert: String, at kind: Target.Kind, by source: String = "", _ reason: String
    ) -> Translation {
        Translation(alert: alert, kind: kind, source: source) { _ in .impossible(reason) }
    }
}

/// What stands for lengths of time in an exporter's expressions.
struct ExporterTimes {
    let timing: RuleTiming

    /// `STEP` is the time since the evaluation before, as `RuleTiming` counts it.
    func filled(_ promQL: String) -> String { promQL.replacing("STEP", with: timing.step.promQL) }
}

/// The catalogue as alerting rules for the metrics of one exporter.
public struct ExporterRules: Sendable {
    private let alerts: [Alert]
    private let timing: RuleTiming
    private let exporter: Exporter

    public init(_ alerts: [Alert], for exporter: Exporter, timing: RuleTiming) {
        self.alerts = alerts
        self.exporter = exporter
        self.timing = timing
    }

    public var group: RuleGroup {
        var group = RuleGroup("diag-\(exporter.rawValue)", interval: timing.interval, rules: [])
        for alert in alerts {
            for condition in alert.conditions where concerns(alert, condition) { add(alert, condition, to: &group) }
        }
        return group
    }

    /// Of conditions that another one stands beside (`incidental`: a database's certificate) only those that it knows.
    private func concerns(_ alert: Alert, _ condition: Condition) -> Bool {
        translation(alert, condition) != nil
            || (exporter.kinds.contains(condition.kind) && condition.presence != .incidental)
    }

    private func translation(_ alert: Alert, _ condition: Condition) -> Translation? {
        exporter.translations.first {
            $0.alert == alert.name && $0.kind == condition.kind && $0.source == condition.source
        }
    }

    private func add(_ alert: Alert, _ condition: Condition, to group: inout RuleGroup) {
        let name = alert.name + (condition.source.isEmpty ? "" : " (\(condition.source))")
        guard let translation = translation(alert, condition) else {
            group.absent.append("\(name): \(exporter.rawValue) has nothing that is known to say it; the textfile has")
            return
        }
        switch translation.outcome(ExporterTimes(timing: timing)) {
        case .value(let value, let note):
            let compared = "\(value) \(condition.comparison.rawValue) \(Unit.shortest(condition.threshold))"
            group.rules.append(rule(alert, condition, compared, note))
        case .expression(let expression, let note): group.rules.append(rule(alert, condition, expression, note))
        case .impossible(let reason): group.absent.append("\(name): \(reason)")
        }
    }

    /// Without a kind where the exporter may be pointed at any.
    private func labels(_ alert: Alert, _ condition: Condition) -> Labels {
        let labels = alert.ruleLabels(condition)
        return exporter.kinds.contains(condition.kind) ? labels : labels.dropping(["kind"])
    }

    private func rule(
        _ alert: Alert, _ condition: Condition, _ expression: String, _ note: String?
    ) -> AlertingRule {
        let minimum = alert.minimumVolume.flatMap { minimum in
            condition.volume.map { "at least \($0.text(minimum)) are not asked for here" }
        }
        return AlertingRule(
            name: alert.name, expression: expression, holdFor: alert.holdFor,
            keepFiringFor: timing.keepFiringFor(alert, condition), labels: labels(alert, condition),
            annotations: alert.annotations(condition).map(\.namingInstance),
            comment: [note, minimum].compactMap(\.self).joined(separator: "; ").nilIfEmpty)
    }
}

extension AlertingRule.Annotation {
    /// An exporter's series name what they are about by `instance`.
    fileprivate var namingInstance: Self {
        .init(name, text.replacing("$labels.target", with: "$labels.instance"))
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}

import Diagnostics

/// One of Prometheus's alerting rules (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules).
public struct AlertingRule: Sendable, Hashable {
    public var name: String
    /// PromQL.
    public var expression: String
    public var holdFor: Duration
    public var keepFiringFor: Duration
    public var labels: Labels
    /// In the order in which they are printed; Go templates.
    public var annotations: [Annotation]
    /// For whoever reads the file.
    public var comment: String?

    public struct Annotation: Sendable, Hashable {
        public let name: String
        public let text: String

        public init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }
}

/// Rules that Prometheus evaluates together.
public struct RuleGroup: Sendable, Hashable {
    public var name: String
    public var interval: Duration
    public var rules: [AlertingRule]
    /// What cannot be said in these rules, with why.
    public var absent: [String]

    public init(_ name: String, interval: Duration, rules: [AlertingRule], absent: [String] = []) {
        self.name = name
        self.interval = interval
        self.rules = rules
        self.absent = absent
    }
}

/// How often what happens, for rules that are to say the same as diag does.
public struct RuleTiming: Sendable, Hashable {
    /// Sweeps run so often, and so often the rules are evaluated.
    public let interval: Duration
    /// What "since the previous sweep" is for Prometheus: a sweep's interval, and two scrapes more. A window that is shorter may
    /// hold a single scrape at every evaluation, and would then never see anything grow.
    let step: Duration

    /// - Parameter scrape: how often Prometheus scrapes the exporter; a minute unless it is told otherwise.
    public init(interval: Duration, scrape: Duration) {
        self.interval = interval
        step = interval + scrape * 2
    }

    /// Where each value speaks for the step before it, a step has passed already when Prometheus sees the first of them.
    func holdFor(_ alert: Alert, _ condition: Condition) -> Duration {
        condition.expression.speaksForTheStepBefore ? max(.zero, alert.holdFor - interval) : alert.holdFor
    }

    /// Prometheus counts from the first evaluation in which the condition no longer holds (rules/alerting.go, KeepFiringSince),
    /// diag from the last sweep in which it did. What happened since the last sweep holds for as long as it is in the window.
    func keepFiringFor(_ alert: Alert, _ condition: Condition) -> Duration {
        let lasts = condition.expression.looksAtTheLastStep ? max(step, interval) : interval
        return max(.zero, alert.keepFiringFor - lasts)
    }
}

/// The catalogue as alerting rules for the metrics of diag's own textfile: one rule for each condition.
public struct TextfileRules: Sendable {
    private let alerts: [Alert]
    private let scope: PromQLScope
    private let timing: RuleTiming

    /// - Parameter labels: names that targets carry beside kind and target.
    public init(_ alerts: [Alert], timing: RuleTiming, labels: [String] = []) {
        self.alerts = alerts
        self.timing = timing
        scope = PromQLScope(identity: PromQLScope.scraped + labels, step: timing.step, namesKind: true)
    }

    private var interval: Duration { timing.interval }

    public var groups: [RuleGroup] {
        let byCategory = Alert.Category.allCases.map { category in
            RuleGroup(
                "diag-\(category.rawValue)", interval: interval,
                rules: alerts.filter { $0.category == category }.flatMap(rules))
        }
        return byCategory.filter { !$0.rules.isEmpty } + [selfWatch]
    }

    private func rules(_ alert: Alert) -> [AlertingRule] {
        alert.conditions.map { condition in
            AlertingRule(
                name: alert.name, expression: condition.promQL(in: scope, atLeast: alert.minimumVolume),
                holdFor: timing.holdFor(alert, condition), keepFiringFor: timing.keepFiringFor(alert, condition),
                labels: alert.ruleLabels(condition), annotations: alert.annotations(condition))
        }
    }

    /// A textfile that nobody writes any more is served for ever as it was.
    private var selfWatch: RuleGroup {
        let late = interval * 5
        func rule(_ name: String, _ expression: String, _ summary: String, _ next: String) -> AlertingRule {
            AlertingRule(
                name: name, expression: expression, holdFor: interval, keepFiringFor: .zero,
                labels: Severity.p2.labels,
                annotations: [.init("summary", summary), .init("next_steps", next)])
        }
        return RuleGroup(
            "diag-itself", interval: interval,
            rules: [
                rule(
                    "DiagSweepMissing", "time() - diag_sweep_timestamp_seconds > \(Int64(late.seconds))",
                    "diag's last sweep at {{ $labels.instance }} was {{ $value | humanizeDuration }} ago: its alerts stand still",
                    "- See why no sweep runs: systemctl status diag.timer; journalctl -u diag"),
                rule(
                    "DiagSweepAbsent", "absent(diag_sweep_timestamp_seconds)", "Prometheus has no sweep of diag at all",
                    "- See whether node_exporter reads the textfile: its --collector.textfile.directory"),
                rule(
                    "DiagTextfileUnreadable", "node_textfile_scrape_error > 0",
                    "node_exporter at {{ $labels.instance }} cannot read one of its textfiles",
                    "- See its log: a file with a mistake, or a series that is in two files"),
            ])
    }
}

extension Severity {
    /// As alerts carry it to Alertmanager: the word to route by, and the runbook's own.
    public var labels: Labels { ["severity": word, "priority": "\(self)"] }
}

extension Alert {
    /// What routes and groups it, the same for one alert whatever it finds.
    func ruleLabels(_ condition: Condition) -> Labels {
        let own = labels.merging(severity.labels).with("kind", condition.kind.rawValue)
        return condition.source.isEmpty ? own : own.with("source", condition.source)
    }
}

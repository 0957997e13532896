import Diagnostics

/// What `diag explain ALERT` tells, as data for every format.
public struct Explanation: Sendable, Hashable {
    /// One way in which the alert is judged.
    public struct Way: Sendable, Hashable {
        public let kind: Target.Kind
        public let source: String
        /// In words: `CPU above 80 %`.
        public let rule: String
        public let promQL: String
    }

    public let alert: Alert
    public let ways: [Way]
    /// For how long it must hold, and for how long it is kept, in words.
    public let times: [String]
    public let escalation: [EscalationStep]
    /// False when it is not looked at unless it is named.
    public let isOn: Bool

    public init(_ alert: Alert, isOn: Bool = true) {
        self.alert = alert
        self.isOn = isOn
        ways = alert.conditions.map { condition in
            Way(kind: condition.kind, source: condition.source, rule: condition.rule, promQL: condition.promQL)
        }
        times = Self.times(alert)
        escalation = EscalationStep.steps(for: alert)
    }

    private static func times(_ alert: Alert) -> [String] {
        let hold =
            alert.holdFor == .zero
            ? "fires at once" : "fires when it has held for \(Units.seconds(alert.holdFor.seconds))"
        guard alert.keepFiringFor > .zero else { return [hold] }
        return [hold, "goes on firing for \(Units.seconds(alert.keepFiringFor.seconds)) after it last held"]
    }
}

extension Condition {
    /// In words, with the threshold.
    var rule: String {
        let name = quantity.isEmpty ? "" : quantity + " "
        switch (unit, comparison) {
        case (.state(let one, let zero), _): return name + (comparison == .below ? zero : one)
        case (.count(let noun), .above):
            return threshold == 0 ? "any \(noun)" : "more than \(Unit.shortest(threshold)) \(noun)"
        case (.count(let noun), _):
            return "\(comparison == .below ? "less than" : "at most") \(Unit.shortest(threshold)) \(noun)"
        case (_, .above): return "\(name)above \(unit.threshold(threshold))"
        case (_, .below): return "\(name)less than \(unit.threshold(threshold))"
        case (_, .atMost): return "\(name)at most \(unit.threshold(threshold))"
        }
    }
}

/// Who is to be told when an alert is still firing.
public struct EscalationStep: Sendable, Hashable {
    /// Since the alert began to fire.
    public let after: Duration
    public let action: String
    /// Only for alerts at least this severe.
    public let severity: Severity

    public func applies(to severity: Severity) -> Bool { severity <= self.severity }

    /// The first step, which is done once somebody has acknowledged.
    static let acknowledgement = "the primary on call acknowledges"

    /// The runbook's matrix.
    public static let matrix: [EscalationStep] = [
        EscalationStep(after: .zero, action: acknowledgement, severity: .p4),
        EscalationStep(after: .seconds(900), action: "page the secondary on call", severity: .p4),
        EscalationStep(after: .seconds(1800), action: "page the team lead", severity: .p4),
        EscalationStep(after: .seconds(3600), action: "tell the engineering manager", severity: .p1),
        EscalationStep(after: .seconds(7200), action: "tell the VP Engineering", severity: .p1),
    ]

    /// InstanceDown has shorter times of its own.
    static let instanceDown: [EscalationStep] = [
        EscalationStep(after: .seconds(300), action: "page the secondary on call", severity: .p1),
        EscalationStep(after: .seconds(900), action: "page the team lead", severity: .p1),
    ]

    /// The steps for one alert, the earliest first.
    public static func steps(for alert: Alert) -> [EscalationStep] { steps(for: alert.name, alert.severity) }

    /// The same, where only its name and severity are known.
    public static func steps(for alert: String, _ severity: Severity) -> [EscalationStep] {
        let general = matrix.filter { $0.applies(to: severity) }
        guard alert == "InstanceDown" else { return general }
        let sooner = Set(instanceDown.map(\.action))
        return (general.filter { !sooner.contains($0.action) } + instanceDown).sorted { $0.after < $1.after }
    }
}

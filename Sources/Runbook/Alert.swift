import Diagnostics

/// An alert: what it means, how it is judged and what to do about it. An entry of `Catalogue`.
public struct Alert: Sendable, Hashable {
    public enum Category: String, Sendable, Hashable, Codable, CaseIterable {
        case infrastructure, database, redis, application, security
    }

    /// As the runbook names it: `HighCPUUsage`.
    public let name: String
    public let severity: Severity
    public let category: Category
    /// For people: `CPU is busy`.
    public let title: String
    /// The ways to judge it: one a kind of target or source. Any of them makes the alert fire.
    public internal(set) var conditions: [Condition]
    /// For how long a condition must have held before the alert fires.
    public internal(set) var holdFor: Duration
    /// For how long the alert goes on firing after its condition last held.
    public internal(set) var keepFiringFor: Duration
    /// Fewer requests (or whatever a `Condition.volume` counts) than this are not judged.
    public internal(set) var minimumVolume: Double?
    /// Beginnings of the ids of the evidence that belongs to it: `postgresql.connections`.
    public let evidence: [String]
    /// What it means for the service, in a sentence or two.
    public let meaning: String
    public let nextSteps: [NextStep]
    /// Labels of the configuration's own that go out with its findings.
    public internal(set) var labels: Labels
    /// Beside the runbook's: looked at only where the configuration or the command line names it.
    public internal(set) var isOptional = false
    /// Whether it is trouble at all depends on what the target is for, which only who configures it knows: not judged by a
    /// check merely because it was measured.
    public private(set) var dependsOnUse = false

    /// Without conditions yet; `when` adds them.
    init(
        _ name: String, _ severity: Severity, _ text: AlertText, for holdFor: Duration = .zero,
        keepFiringFor: Duration = .zero, atLeast minimumVolume: Double? = nil
    ) {
        self.name = name
        self.severity = severity
        self.category = text.category
        self.title = text.title
        self.conditions = []
        self.holdFor = holdFor
        self.keepFiringFor = keepFiringFor
        self.minimumVolume = minimumVolume
        self.evidence = text.evidence
        self.meaning = text.meaning
        self.nextSteps = text.nextSteps
        self.labels = [:]
    }

    /// This alert as one of which only its owner knows whether it is one.
    func whereItIsNotMeant() -> Alert {
        var alert = self
        alert.dependsOnUse = true
        return alert
    }

    /// The threshold in base units; that of the first condition, which others may share.
    public var threshold: Double { conditions[0].threshold }
    public var comparison: Comparison { conditions[0].comparison }
    public var unit: Unit { conditions[0].unit }

    /// The kinds of target that it is judged at.
    public var kinds: Set<Target.Kind> { Set(conditions.map(\.kind)) }
}

/// The words that belong to an alert, kept apart from its numbers so that the catalogue fits on a page.
struct AlertText {
    let category: Alert.Category
    let title: String
    let meaning: String
    let evidence: [String]
    let nextSteps: [NextStep]

    init(_ category: Alert.Category, _ title: String, meaning: String, evidence: [String], nextSteps: [NextStep]) {
        self.category = category
        self.title = title
        self.meaning = meaning
        self.evidence = evidence
        self.nextSteps = nextSteps
    }
}

/// A thing to look at or to do next.
public struct NextStep: Sendable, Hashable {
    /// What it shows or brings about: `See who holds the connections`.
    public let text: String
    /// What to type, if anything. Placeholders are `{target}`, `{address}` and label names in braces;
    /// what only the person can choose stands in angle brackets.
    public let command: String?
    /// True when it changes something on a server.
    public let changesSomething: Bool
    /// The kinds of target that it is for; empty for all.
    public let kinds: Set<Target.Kind>

    public init(_ text: String, _ command: String?, changesSomething: Bool) {
        self.init(text: text, command: command, changesSomething: changesSomething, kinds: [])
    }

    init(text: String, command: String?, changesSomething: Bool, kinds: Set<Target.Kind>) {
        self.text = text
        self.command = command
        self.changesSomething = changesSomething
        self.kinds = kinds
    }

    static func look(_ text: String, _ command: String? = nil, at kinds: Set<Target.Kind> = []) -> NextStep {
        NextStep(text: text, command: command, changesSomething: false, kinds: kinds)
    }

    static func act(_ text: String, _ command: String? = nil, at kinds: Set<Target.Kind> = []) -> NextStep {
        NextStep(text: text, command: command, changesSomething: true, kinds: kinds)
    }

    func applies(to target: Target) -> Bool { kinds.isEmpty || kinds.contains(target.kind) }
}

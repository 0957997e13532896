import Diagnostics

/// What was found for one alert at one target: the product of a sweep.
public struct Finding: Sendable, Hashable {
    public let alert: String
    public let severity: Severity
    public let category: Alert.Category
    /// The alert's title for people.
    public let title: String
    /// nil only for `notApplicable`.
    public let target: Target?
    /// Which source spoke, where the alert has several; else empty.
    public internal(set) var source: String
    /// What at the target: a database, a mount point, a standby.
    public let labels: Labels
    public internal(set) var verdict: Verdict
    /// Since when it has been pending or firing; nil for the others.
    public internal(set) var since: Timestamp?
    /// Since when the condition has held; for a firing alert this is earlier than `since` by what `for` asks.
    public internal(set) var began: Timestamp?
    /// When it stopped firing, for fifteen minutes afterwards (as Prometheus goes on telling of resolved alerts).
    public internal(set) var resolved: Timestamp?
    /// How often it came back within an hour of resolving.
    public let flaps: Int
    /// How often its condition held again while it was only kept firing.
    public let dips: Int
    /// Who has said that it is being seen to; nil where nobody has, or it does not fire any more.
    public let acknowledgement: Acknowledgement?
    /// One sentence: the value beside its threshold, or why there is none.
    public internal(set) var summary: String
    /// In the metric's base unit.
    public internal(set) var value: Double?
    public let threshold: Double?
    public let comparison: Comparison?
    public let unit: Unit?
    public internal(set) var evidence: [Evidence]
    /// With placeholders filled in.
    public internal(set) var nextSteps: [NextStep]
    /// The labels that the configuration gives to the alert.
    public let extraLabels: Labels
    /// What kind of reason there is for not knowing; nil for another verdict than `unknown`.
    public internal(set) var cause: Unknown.Cause?
    /// Who knew of the time before this sweep, where that was asked for; nil otherwise.
    public internal(set) var answeredBy: PastSource?
    /// Who wants to hear nothing of it, where that was asked for: it is told, and does not count.
    public var silence: Silence?

    public init(
        alert: String, severity: Severity, category: Alert.Category, title: String, target: Target?,
        source: String = "", labels: Labels = [:], verdict: Verdict, since: Timestamp? = nil, began: Timestamp? = nil,
        resolved: Timestamp? = nil, flaps: Int = 0, dips: Int = 0, acknowledgement: Acknowledgement? = nil,
        summary: String, value: Double? = nil, threshold: Double? = nil,
        comparison: Comparison? = nil, unit: Unit? = nil, evidence: [Evidence] = [], nextSteps: [NextStep] = [],
        extraLabels: Labels = [:]
    ) {
        self.alert = alert
        self.severity = severity
        self.category = category
        self.title = title
        self.target = target
        self.source = source
        self.labels = labels
        self.verdict = verdict
        self.since = since
        self.began = began
        self.resolved = resolved
        self.flaps = flaps
        self.dips = dips
        self.acknowledgement = acknowledgement
        self.summary = summary
        self.value = value
        self.threshold = threshold
        self.comparison = comparison
        self.unit = unit
        self.evidence = evidence
        self.nextSteps = nextSteps
        self.extraLabels = extraLabels
    }
}

/// Who knows what was before a sweep.
public enum PastSource: String, Sendable, Hashable {
    /// The history of one's own.
    case history
    case prometheus
}

/// What a finding says.
public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    case firing
    /// The condition holds, but not yet for as long as it must.
    case pending
    /// Could not be judged; the summary says why.
    case unknown
    case ok
    /// No target of the kind is looked at, or another source speaks for this one.
    case notApplicable
}

/// The outcome of a sweep in one number, as Nagios and cron read it.
public enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    case ok = 0
    /// P3 or P4 fires, or anything is pending.
    case warning = 1
    /// P1 or P2 fires.
    case critical = 2
    /// Something could not be judged and nothing is worse.
    case unknown = 3

    public init(_ findings: some Sequence<Finding>) {
        self = findings.map(ExitStatus.init).max { $0.weight < $1.weight } ?? .ok
    }

    public init(_ finding: Finding) {
        self =
            switch finding.verdict {
            case .firing where finding.silence != nil: .ok
            case .firing: finding.severity <= .p2 ? .critical : .warning
            case .pending: .warning
            case .unknown: .unknown
            case .ok, .notApplicable: .ok
            }
    }

    private var weight: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }
}

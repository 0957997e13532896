import Diagnostics
import PostgreSQL
import Runbook

/// All that one sweep has to tell; the renderers turn it into bytes.
public struct SweepReport: Sendable {
    /// Of the JSON document. 1: first version.
    public static let schemaVersion = 1

    /// The version of `diag`.
    public let version: String
    public let started: Timestamp
    public let duration: Duration
    public let observations: [Observation]
    /// In the order that `Judgement` gives them.
    public let findings: [Finding]
    /// About the sweep itself: which targets were found by themselves, a history that could not be used.
    public let notes: [String]
    /// Who was told of it, one for each receiver that there was something to tell.
    public let deliveries: [Told]
    /// What a command asked about and could not judge: it takes an earlier look, or a right that is missing. These count for
    /// nothing, and are told where silence would be taken for "all is well".
    public var unjudged: [Finding] = []
    /// Whether it is of a sweep, and not of a command that looks closer at a few targets.
    public var isSweep = true
    /// Of the PostgreSQL servers of which they were read.
    public var lockGraphs: [(target: Target, graph: LockGraph)] = []
    /// What was judged in earlier sweeps, for charts.
    public var past: [JudgedSeries] = []

    /// What became of telling one receiver of alerts.
    public struct Told: Sendable, Hashable {
        /// `alertmanager`, `webhook`.
        public let kind: String
        /// Where, without what may be a secret.
        public let receiver: String
        public let firing: Int
        public let resolved: Int
        /// Why it did not arrive.
        public let failure: String?

        public init(kind: String, receiver: String, firing: Int, resolved: Int, failure: String?) {
            self.kind = kind
            self.receiver = receiver
            self.firing = firing
            self.resolved = resolved
            self.failure = failure
        }
    }

    public init(
        version: String, started: Timestamp, duration: Duration, observations: [Observation], findings: [Finding],
        notes: [String], deliveries: [Told] = []
    ) {
        self.version = version
        self.started = started
        self.duration = duration
        self.observations = observations
        self.findings = findings
        self.notes = notes
        self.deliveries = deliveries
    }

    public var exitStatus: ExitStatus { ExitStatus(findings) }

    /// What a check that others rely on says: not well is also what a command calls trouble, which is a warning where no alert
    /// is about it; what was not judged at all; and what could not be told to whom it was to be told.
    public var checkStatus: ExitStatus {
        if exitStatus == .critical || exitStatus == .warning { return exitStatus }
        if !troubleRemarks.isEmpty { return .warning }
        let isUntold = deliveries.contains { $0.failure != nil }
        return exitStatus == .unknown || isWithoutJudgement || isQuestionOpen || isUntold ? .unknown : .ok
    }

    /// What a command calls trouble by itself. In a sweep that is evidence of alerts, which decide.
    var troubleRemarks: [(target: Target, remark: Remark)] {
        guard !isSweep else { return [] }
        return observations.flatMap { observation in
            observation.evidence.flatMap(\.troubles).map { (observation.target, $0) }
        }
    }

    /// Whether a command could not judge what it is about: an alert of the runbook for want of a right, or all that is beside
    /// reaching a server.
    private var isQuestionOpen: Bool {
        let answered = Set(
            findings.filter { ![.unknown, .notApplicable].contains($0.verdict) && !$0.isOfTheWayThere }.map(\.target))
        return unjudged.contains { $0.isForWantOfRights || !answered.contains($0.target) }
    }

    /// Whether nothing could be said of anything.
    var isWithoutJudgement: Bool { findings.allSatisfy { [.unknown, .notApplicable].contains($0.verdict) } }

    /// When it ended and was judged; what lengths of time are counted up to.
    var ended: Timestamp { started + duration.seconds }

    /// What fires, alert by alert, the worst first.
    var firingAlerts: [[Finding]] { grouped(findings(.firing)) { [$0.alert] } }

    func findings(_ verdict: Verdict) -> [Finding] { findings.filter { $0.verdict == verdict } }
}

extension Finding {
    /// Whether an alert of the runbook could not be judged as the target does not let it. What an application does not serve
    /// is no such thing: many have no metrics.
    fileprivate var isForWantOfRights: Bool {
        cause == .notServed && target?.kind != .http && Catalogue.alerts.alert(named: alert) != nil
    }

    /// Whether it is of what every look at a server tells, whatever it is asked.
    fileprivate var isOfTheWayThere: Bool {
        guard let kind = target?.kind, [.postgresql, .pgbouncer, .redis, .sentinel].contains(kind) else { return false }
        return ["InstanceDown", "NetworkLatencyHigh", "CertificateExpiringSoon"].contains(alert)
    }
}

extension Evidence {
    fileprivate var troubles: [Remark] {
        if case .remarks(let remarks) = body { remarks.filter { $0.weight == .trouble } } else { [] }
    }
}

import Diagnostics
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

    /// When it ended and was judged; what lengths of time are counted up to.
    var ended: Timestamp { started + duration.seconds }

    /// What fires, alert by alert, the worst first.
    var firingAlerts: [[Finding]] { grouped(findings(.firing)) { [$0.alert] } }

    func findings(_ verdict: Verdict) -> [Finding] { findings.filter { $0.verdict == verdict } }
}

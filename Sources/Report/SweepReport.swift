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

    public init(
        version: String, started: Timestamp, duration: Duration, observations: [Observation], findings: [Finding],
        notes: [String]
    ) {
        self.version = version
        self.started = started
        self.duration = duration
        self.observations = observations
        self.findings = findings
        self.notes = notes
    }

    public var exitStatus: ExitStatus { ExitStatus(findings) }

    /// When it ended and was judged; what lengths of time are counted up to.
    var ended: Timestamp { started + duration.seconds }

    /// What fires, alert by alert, the worst first.
    var firingAlerts: [[Finding]] { grouped(findings(.firing)) { [$0.alert] } }

    func findings(_ verdict: Verdict) -> [Finding] { findings.filter { $0.verdict == verdict } }
}

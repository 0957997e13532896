import Diagnostics

/// Where in the runbook's matrix an alert stands that fires.
public struct Escalation: Sendable, Hashable {
    /// A step with the moment at which it is due.
    public struct Step: Sendable, Hashable {
        public let action: String
        public let time: Timestamp
    }

    /// The last one whose time has come.
    public let due: Step?
    /// Nil when there is none after that.
    public let next: Step?
    /// Nobody has said that the alert is being seen to, and the time that its severity leaves for that is over.
    public let isResponseOverdue: Bool
    /// When somebody has to have responded.
    public let respondBy: Timestamp

    public init(
        of alert: String, _ severity: Severity, firingSince fired: Timestamp, isAcknowledged: Bool, now: Timestamp
    ) {
        let steps = EscalationStep.steps(for: alert, severity).map { step in
            Step(action: step.action, time: fired + step.after.seconds)
        }.filter { !isAcknowledged || $0.action != EscalationStep.acknowledgement }
        due = steps.last { $0.time <= now }
        next = steps.first { $0.time > now }
        respondBy = fired + severity.responseTime.seconds
        isResponseOverdue = !isAcknowledged && respondBy <= now
    }
}

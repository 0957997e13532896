import Diagnostics

/// Something that happened to an alert or to a target, as the history keeps it.
public struct AlertEvent: Sendable, Hashable {
    public enum What: String, Sendable, Hashable, CaseIterable {
        /// The condition began to hold.
        case pending
        /// The condition ceased to hold before the alert fired.
        case cleared
        case firing
        /// It fired again within an hour of resolving.
        case refired
        /// The condition held again while the alert was only kept firing: nobody was paged for it.
        case flap
        case resolved
        case acknowledged
        /// An acknowledgement was taken back.
        case unacknowledged
        /// The time that an acknowledgement was given for is over.
        case expired
        /// The target is another one than before, or was restarted; `summary` says how.
        case changed
    }

    public let time: Timestamp
    public let what: What
    /// The alert's name is empty for `changed`.
    public let key: AlertState.Key
    public let severity: Severity?
    /// The value beside its threshold; of `resolved` that which ended it; the note of an acknowledgement.
    public let summary: String
    public let value: Double?
    public let threshold: Double?
    public let cause: String?
    public let evidence: [String]
    /// Since when the condition had held.
    public let began: Timestamp?
    /// Of what resolved: when it fired.
    public let fired: Timestamp?
    /// Of what resolved: the worst of it.
    public let worst: AlertState.Held?
    /// Who acknowledged.
    public let by: String?
    /// Until when an acknowledgement lasts.
    public let until: Timestamp?

    public init(
        time: Timestamp, what: What, key: AlertState.Key, severity: Severity? = nil, summary: String,
        value: Double? = nil, threshold: Double? = nil, cause: String? = nil, evidence: [String] = [],
        began: Timestamp? = nil, fired: Timestamp? = nil, worst: AlertState.Held? = nil, by: String? = nil,
        until: Timestamp? = nil
    ) {
        self.time = time
        self.what = what
        self.key = key
        self.severity = severity
        self.summary = summary
        self.value = value
        self.threshold = threshold
        self.cause = cause
        self.evidence = evidence
        self.began = began
        self.fired = fired
        self.worst = worst
        self.by = by
        self.until = until
    }

    /// A target that has changed.
    public init(_ change: String, of target: TargetID, at time: Timestamp) {
        let key = AlertState.Key(alert: "", target: target, source: "", labels: [:])
        self.init(time: time, what: .changed, key: key, summary: change)
    }

    /// An acknowledgement given, or with `what` taken back.
    public init(_ acknowledgement: Acknowledgement, of key: AlertState.Key, _ severity: Severity?, _ what: What) {
        self.init(
            time: acknowledgement.time, what: what, key: key, severity: severity, summary: acknowledgement.note,
            by: acknowledgement.by, until: acknowledgement.until)
    }
}

extension AlertEvent {
    /// What happened between two sweeps, in a fixed order.
    public static func between(
        _ earlier: [AlertState.Key: AlertState], _ later: [AlertState.Key: AlertState], at now: Timestamp
    ) -> [AlertEvent] {
        let keys = Set(earlier.keys).union(later.keys).filter { earlier[$0] != later[$0] }
        return keys.sorted().flatMap { Step(key: $0, before: earlier[$0], after: later[$0], now: now).events }
    }
}

/// What one sweep made of one alert.
private struct Step {
    let key: AlertState.Key
    let before: AlertState?
    /// Nil when it is not worth keeping any more: it ended without having fired.
    let after: AlertState?
    let now: Timestamp

    var events: [AlertEvent] { [phase, flap, expiry].compactMap(\.self) }

    private var phase: AlertEvent? {
        let (old, new) = (before?.phase ?? .inactive, after?.phase ?? .inactive)
        switch (old, new) {
        case (.pending, .inactive), (.pending, .resolved): return ended(.cleared)
        case (.firing, .resolved), (.firing, .inactive): return ended(.resolved)
        case (.firing, _): return nil
        case (_, .firing): return (after?.flaps ?? 0) > (before?.flaps ?? 0) ? held(.refired) : held(.firing)
        case (.inactive, .pending), (.resolved, .pending): return held(.pending)
        default: return nil
        }
    }

    private var flap: AlertEvent? {
        guard before?.phase == .firing, after?.phase == .firing else { return nil }
        return (after?.life.dips ?? 0) > (before?.life.dips ?? 0) ? held(.flap) : nil
    }

    private var expiry: AlertEvent? {
        guard let given = before?.life.acknowledgement, given.isOver(at: now), after?.isLive == true,
            after?.life.acknowledgement == nil
        else { return nil }
        return AlertEvent(
            time: given.until ?? now, what: .expired, key: key, severity: after?.life.severity, summary: given.note,
            by: given.by)
    }

    private func held(_ what: AlertEvent.What) -> AlertEvent? {
        guard let after, let held = after.held else { return nil }
        return AlertEvent(
            time: now, what: what, key: key, severity: after.life.severity, summary: held.summary, value: held.value,
            threshold: held.threshold, cause: held.cause, evidence: what == .pending ? [] : held.evidence,
            began: after.began)
    }

    private func ended(_ what: AlertEvent.What) -> AlertEvent? {
        guard let before else { return nil }
        let hasFired = what == .resolved
        return AlertEvent(
            time: now, what: what, key: key, severity: after?.life.severity ?? before.life.severity,
            summary: after?.life.relief ?? "", threshold: before.held?.threshold, cause: before.held?.cause,
            began: before.began, fired: hasFired ? before.since : nil, worst: hasFired ? before.life.worst : nil)
    }
}

extension AlertState.Key: Comparable {
    public static func < (left: AlertState.Key, right: AlertState.Key) -> Bool {
        (left.alert, left.target, left.source, left.labels) < (right.alert, right.target, right.source, right.labels)
    }
}

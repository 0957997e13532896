import Diagnostics

/// One incident as far as it was measured: an alert's episode at one or several targets, what came with it, and what had
/// changed before. What is not known is not in it.
public struct Incident: Sendable {
    public enum Stage: String, Sendable, Hashable {
        /// Nothing says what the cause is.
        case investigating = "Investigating"
        /// The evidence names a cause.
        case identified = "Identified"
        /// The condition holds no more; the alert is still kept firing.
        case monitoring = "Monitoring"
        case resolved = "Resolved"
    }

    public let now: Timestamp
    public let alert: String
    public let title: String
    public let meaning: String?
    public let severity: Severity
    /// At each target, the first to begin in front.
    public let episodes: [Episode]
    public let addresses: [TargetID: String]
    /// Other alerts that fired at the same time, the first to begin in front.
    public let company: [Episode]
    /// What changed at any target from half an hour before the beginning until its end.
    public let changes: [AlertEvent]
    /// All that happened in that time.
    public let timeline: [AlertEvent]

    /// - Parameters:
    ///   - alert: its name as the catalogue spells it.
    ///   - target: only at this one; nil: all targets at which it fires, or fired together with the last one.
    /// - Returns: nil when the chronicle knows of no such episode.
    public init?(_ alert: String, at target: String? = nil, in chronicle: Chronicle) {
        let all = Episode.all(chronicle)
        let own = all.filter { $0.alert == alert && (target == nil || $0.key.target.name == target) }
        guard let latest = own.last(where: \.isLive) ?? own.last else { return nil }
        let together = own.filter { $0.overlaps(latest, now: chronicle.now) }
        let (begin, end) = Self.bounds(of: together, chronicle.now)
        self.alert = alert
        now = chronicle.now
        let known = Catalogue.alert(named: alert)
        title = known?.title ?? alert
        meaning = known?.meaning
        severity = together.compactMap(\.severity).min() ?? known?.severity ?? .p3
        episodes = together
        addresses = Dictionary(chronicle.targets.map { ($0.id, $0.address) }, uniquingKeysWith: { $1 })
        company = all.filter { $0.alert != alert && $0.fired != nil && $0.overlaps(latest, now: chronicle.now) }
        let events = chronicle.events.filter { $0.time >= begin - Self.before && $0.time <= end + Self.after }
        changes = events.filter { $0.what == .changed }
        let keys = Set((together + company).map(\.key))
        timeline = events.filter { $0.what == .changed || keys.contains($0.key) }
    }

    /// How long before the beginning a change is of interest, and how long after the end, in seconds.
    private static let (before, after) = (1800.0, 300.0)

    private static func bounds(of episodes: [Episode], _ now: Timestamp) -> (Timestamp, Timestamp) {
        (episodes.map(\.began).min() ?? now, episodes.map { $0.resolved ?? now }.max() ?? now)
    }

    public var isResolved: Bool { episodes.allSatisfy { !$0.isLive } }

    /// Since when the condition held at the first of its targets.
    public var started: Timestamp { Self.bounds(of: episodes, now).0 }

    /// When it fired at the first of its targets; nil while it is pending.
    public var fired: Timestamp? { episodes.compactMap(\.fired).min() }

    public var ended: Timestamp? { isResolved ? Self.bounds(of: episodes, now).1 : nil }

    /// In seconds, until its end or until now.
    public var duration: Double { max(0, (ended ?? now).seconds(since: started)) }

    public var stage: Stage {
        if isResolved { return .resolved }
        if episodes.allSatisfy({ !$0.isLive || !$0.isHolding }) { return .monitoring }
        return causes.isEmpty ? .investigating : .identified
    }

    /// What the evidence named as the cause, the worst moment's first, each once.
    public var causes: [String] {
        var seen: Set<String> = []
        return episodes.flatMap { [$0.worst, $0.last, $0.onset].compactMap { $0?.cause } }
            .filter { seen.insert($0).inserted }
    }

    /// Somebody's latest word.
    public var acknowledgement: Acknowledgement? {
        episodes.flatMap(\.acknowledgements).max { $0.time < $1.time }
    }

    public var escalation: Escalation? {
        guard let fired, !isResolved else { return nil }
        return Escalation(
            of: alert, severity, firingSince: fired, isAcknowledged: episodes.contains(where: \.isAcknowledged),
            now: now)
    }

    /// After the time in which its severity has to be responded to, or when the matrix has its next step, whichever comes
    /// first.
    public var nextUpdate: Timestamp {
        let bySeverity = now + severity.responseTime.seconds
        return escalation?.next.map { min($0.time, bySeverity) } ?? bySeverity
    }
}

extension Episode {
    /// Whether both were there at the same time, or one began within five minutes of the other's end.
    fileprivate func overlaps(_ other: Episode, now: Timestamp) -> Bool {
        let slack = 300.0
        return began <= (other.resolved ?? now) + slack && other.began <= (resolved ?? now) + slack
    }
}

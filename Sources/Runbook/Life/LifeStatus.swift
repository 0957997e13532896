import Diagnostics

/// What fires and is pending by the history alone: the answer of `diag status`.
public struct LifeStatus: Sendable {
    /// One alert at one target.
    public struct Entry: Sendable, Hashable {
        public let key: AlertState.Key
        public let state: AlertState
        public let severity: Severity
        public let title: String
        public let address: String?
        /// Nil unless it fires.
        public let escalation: Escalation?
        /// When its target was last looked at, where that is longer ago than sweeps are apart.
        public let notSeenSince: Timestamp?

        public var acknowledgement: Acknowledgement? { state.life.acknowledgement }
    }

    public let now: Timestamp
    public let rhythm: Rhythm
    /// What fires, the worst first; then what is pending.
    public let entries: [Entry]
    /// What resolved within the last hour, the latest first.
    public let resolved: [Entry]
    /// Targets that the last sweeps looked at.
    public let targets: [TargetRecord]

    public init(_ chronicle: Chronicle) {
        now = chronicle.now
        rhythm = Rhythm(chronicle.sweeps)
        targets = chronicle.targets
        let maker = Maker(chronicle, rhythm)
        let all = chronicle.states.map { maker.entry($0.key, $0.value) }
        entries = all.filter { $0.state.isLive }.sorted { Rank($0) < Rank($1) }
        resolved = all.filter { $0.state.phase == .resolved }
            .sorted { ($1.state.since, $0.key) < ($0.state.since, $1.key) }
    }

    public var firing: [Entry] { entries.filter { $0.state.phase == .firing } }
    public var pending: [Entry] { entries.filter { $0.state.phase == .pending } }
    public var isStale: Bool { rhythm.isStale(at: now) }

    /// As of a sweep; what nobody has looked at for too long is unknown.
    public var exitStatus: ExitStatus {
        if firing.contains(where: { $0.severity <= .p2 }) { return .critical }
        if !entries.isEmpty { return .warning }
        return isStale ? .unknown : .ok
    }

    private struct Rank: Comparable {
        let isPending: Bool
        let severity: Severity
        let since: Timestamp
        let key: AlertState.Key

        init(_ entry: Entry) {
            isPending = entry.state.phase == .pending
            severity = entry.severity
            since = entry.state.since
            key = entry.key
        }

        static func < (left: Rank, right: Rank) -> Bool {
            if left.isPending != right.isPending { return right.isPending }
            return (left.severity, left.since, left.key) < (right.severity, right.since, right.key)
        }
    }
}

/// Puts beside a state what else is known of it.
private struct Maker {
    let now: Timestamp
    let records: [TargetID: TargetRecord]
    /// What was last looked at before this is not looked at any more.
    let oldest: Timestamp

    init(_ chronicle: Chronicle, _ rhythm: Rhythm) {
        now = chronicle.now
        records = Dictionary(chronicle.targets.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        oldest = chronicle.now - rhythm.longestGap
    }

    func entry(_ key: AlertState.Key, _ state: AlertState) -> LifeStatus.Entry {
        let alert = Catalogue.alert(named: key.alert)
        let severity = state.life.severity ?? alert?.severity ?? .p3
        let record = records[key.target]
        return LifeStatus.Entry(
            key: key, state: state, severity: severity, title: alert?.title ?? key.alert, address: record?.address,
            escalation: state.phase == .firing
                ? Escalation(
                    of: key.alert, severity, firingSince: state.since,
                    isAcknowledged: state.life.acknowledgement != nil, now: now) : nil,
            notSeenSince: record.flatMap { $0.time < oldest ? $0.time : nil })
    }
}

import Diagnostics

/// What the history tells at one moment: where each alert is in its life, what has happened, and who looked when.
public struct Chronicle: Sendable {
    public let now: Timestamp
    public let states: [AlertState.Key: AlertState]
    /// The oldest first.
    public let events: [AlertEvent]
    /// The last ones, the oldest first.
    public let sweeps: [SweepRecord]
    public let targets: [TargetRecord]
    /// By target, then the oldest first.
    public let spells: [Spell]

    public init(
        now: Timestamp, states: [AlertState.Key: AlertState], events: [AlertEvent] = [], sweeps: [SweepRecord] = [],
        targets: [TargetRecord] = [], spells: [Spell] = []
    ) {
        self.now = now
        self.states = states
        self.events = events
        self.sweeps = sweeps
        self.targets = targets
        self.spells = spells
    }
}

/// One sweep that was kept.
public struct SweepRecord: Sendable, Hashable {
    /// When it was judged.
    public let time: Timestamp
    /// How long it had taken until then.
    public let duration: Double
    public let targets: Int
    public let failed: Int
    /// How often it is said to run, in seconds; nil where nobody said.
    public let every: Double?

    public init(time: Timestamp, duration: Double, targets: Int, failed: Int, every: Double? = nil) {
        self.time = time
        self.duration = duration
        self.targets = targets
        self.failed = failed
        self.every = every
    }
}

/// A target as it was last looked at.
public struct TargetRecord: Sendable, Hashable {
    public let id: TargetID
    public let address: String
    public let time: Timestamp
    /// Nil where that could not be told.
    public let isUp: Bool?

    public init(id: TargetID, address: String, time: Timestamp, isUp: Bool?) {
        self.id = id
        self.address = address
        self.time = time
        self.isUp = isUp
    }
}

/// How often sweeps run, by what they say or by what they did.
public struct Rhythm: Sendable, Hashable {
    public let last: SweepRecord?
    /// In seconds; nil after fewer than two sweeps of which none said.
    public let interval: Double?

    public init(_ sweeps: [SweepRecord]) {
        last = sweeps.last
        let gaps = zip(sweeps, sweeps.dropFirst()).map { $1.time.seconds(since: $0.time) }.filter { $0 > 0 }
        interval = sweeps.last?.every ?? Statistics.median(gaps)
    }

    /// Sweeps further apart than this leave open what was between them, in seconds: two and a half intervals, at least five
    /// minutes, or an hour and ten minutes where the interval is not known.
    public var longestGap: Double { interval.map { max(300, 2.5 * $0) } ?? 4200 }

    /// How old the last sweep is, in seconds; nil without one.
    public func age(at now: Timestamp) -> Double? { last.map { max(0, now.seconds(since: $0.time)) } }

    /// Whether a sweep is overdue.
    public func isStale(at now: Timestamp) -> Bool { age(at: now).map { $0 > longestGap } ?? true }
}

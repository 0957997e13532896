import Diagnostics

/// Where one alert at one target is in its life: inactive → pending → firing → resolved.
///
/// A pure state machine: the history keeps it from one sweep to the next, and nothing here looks at a clock.
public struct AlertState: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable {
        case inactive, pending, firing, resolved
    }

    /// What a state belongs to.
    public struct Key: Sendable, Hashable, Codable {
        public let alert: String
        public let target: TargetID
        public let source: String
        public let labels: Labels

        public init(alert: String, target: TargetID, source: String, labels: Labels) {
            self.alert = alert
            self.target = target
            self.source = source
            self.labels = labels
        }
    }

    /// What was found when the condition last held, to be shown for as long as the alert is kept firing.
    public struct Held: Sendable, Hashable, Codable {
        public let time: Timestamp
        public let summary: String
        public let value: Double?
        /// The evidence of then in plain lines.
        public let evidence: [String]

        public init(time: Timestamp, summary: String, value: Double?, evidence: [String] = []) {
            self.time = time
            self.summary = summary
            self.value = value
            self.evidence = evidence
        }
    }

    public internal(set) var phase: Phase
    /// Since when it has been in this phase.
    public internal(set) var since: Timestamp
    /// Since when the condition has held; nil while it does not.
    public internal(set) var began: Timestamp?
    public internal(set) var held: Held?
    /// When it last resolved.
    public internal(set) var resolved: Timestamp?
    /// How often it fired again within `flapWindow` of resolving.
    public internal(set) var flaps: Int

    public init(
        phase: Phase, since: Timestamp, began: Timestamp? = nil, held: Held? = nil, resolved: Timestamp? = nil,
        flaps: Int = 0
    ) {
        self.phase = phase
        self.since = since
        self.began = began
        self.held = held
        self.resolved = resolved
        self.flaps = flaps
    }

    /// An alert that fires again within an hour of resolving flaps.
    static let flapWindow = 3600.0
    /// For how long a resolved alert is still told of, as Prometheus does (`resolvedRetention` in rules/alerting.go).
    static let resolvedRetention = 900.0
}

/// What the expression said in one sweep about one alert, target and set of labels.
enum Evaluation: Sendable, Hashable {
    /// The condition holds; `since` is the beginning of what the value speaks for.
    case holds(AlertState.Held, since: Timestamp)
    case doesNotHold
    /// Could not be told.
    case unknown
}

/// How long a condition must hold, and how long it is kept.
struct Timing: Sendable, Hashable {
    let holdFor: Double
    let keepFiringFor: Double

    init(holdFor: Duration, keepFiringFor: Duration) {
        self.holdFor = holdFor.seconds
        self.keepFiringFor = keepFiringFor.seconds
    }

    /// Cron does not start a job to the second: five minutes have passed after 4 min 54 s, or else `for: 5m` would take
    /// a seventh sweep now and then.
    func isOver(_ seconds: Double) -> Bool { seconds >= holdFor * 0.98 }

    /// Two readings further apart than this don't show that the condition held between them. Prometheus bridges an hour
    /// (`--rules.alert.for-outage-tolerance`); ten minutes more let an hourly sweep judge at all.
    var bridge: Double { max(2 * holdFor, 4200) }
}

extension AlertState {
    /// The state after a sweep.
    ///
    /// - A condition that holds is pending until it has held for `holdFor`, then fires. Sweeps that could not tell
    ///   don't interrupt that, unless the gap is wider than `Timing.bridge`.
    /// - A firing alert goes on until its condition was *seen* not to hold, and last held `keepFiringFor` ago. A target
    ///   that cannot be read any more resolves nothing.
    /// - A clock that was set back leaves no time in the future behind.
    static func next(
        after earlier: AlertState?, _ evaluation: Evaluation, _ timing: Timing, now: Timestamp
    ) -> AlertState {
        let state = (earlier ?? AlertState(phase: .inactive, since: now)).clamped(to: now)
        return switch evaluation {
        case .holds(let held, let since): state.holding(held, since: min(since, now), timing, now: now)
        case .doesNotHold: state.notHolding(timing, now: now)
        case .unknown: state
        }
    }

    private func holding(_ held: Held, since: Timestamp, _ timing: Timing, now: Timestamp) -> AlertState {
        var next = self
        next.held = held
        if phase == .firing { return next }
        let began = continuesPending(until: since, timing) ? min(self.began ?? since, since) : since
        next.began = began
        if timing.isOver(now.seconds(since: began)) { return next.firing(now) }
        return next.entering(.pending, at: phase == .pending && self.began == began ? self.since : now)
    }

    private func continuesPending(until time: Timestamp, _ timing: Timing) -> Bool {
        guard phase == .pending, let held else { return false }
        return time.seconds(since: held.time) <= timing.bridge
    }

    private func firing(_ now: Timestamp) -> AlertState {
        var next = entering(.firing, at: now)
        let cameBack = resolved.map { now.seconds(since: $0) <= Self.flapWindow } ?? false
        next.flaps = cameBack ? flaps + 1 : 0
        return next
    }

    private func notHolding(_ timing: Timing, now: Timestamp) -> AlertState {
        switch phase {
        case .firing where isKept(timing, now: now): return self
        case .firing:
            var next = entering(.resolved, at: now)
            next.began = nil
            next.resolved = now
            return next
        case .pending:
            var next = entering(.inactive, at: now)
            next.began = nil
            return next
        case .inactive, .resolved: return self
        }
    }

    private func isKept(_ timing: Timing, now: Timestamp) -> Bool {
        guard let held else { return false }
        return now.seconds(since: held.time) < timing.keepFiringFor
    }

    private func entering(_ phase: Phase, at time: Timestamp) -> AlertState {
        var next = self
        next.phase = phase
        next.since = time
        return next
    }

    private func clamped(to now: Timestamp) -> AlertState {
        var state = self
        state.since = min(since, now)
        state.began = began.map { min($0, now) }
        state.resolved = resolved.map { min($0, now) }
        state.held = held.map {
            Held(time: min($0.time, now), summary: $0.summary, value: $0.value, evidence: $0.evidence)
        }
        return state
    }
}

extension AlertState {
    /// Whether a later sweep would judge otherwise without it.
    func isWorthKeeping(at now: Timestamp) -> Bool {
        switch phase {
        case .pending, .firing: true
        case .inactive, .resolved: resolved.map { now.seconds(since: $0) <= Self.flapWindow } ?? false
        }
    }

    func recentlyResolved(_ now: Timestamp) -> Timestamp? {
        guard phase == .resolved, let resolved else { return nil }
        return now.seconds(since: resolved) < Self.resolvedRetention ? resolved : nil
    }
}

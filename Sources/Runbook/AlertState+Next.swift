import Diagnostics

/// What the expression said in one sweep about one alert, target and set of labels.
enum Evaluation: Sendable, Hashable {
    /// The condition holds; `since` is the beginning of what the value speaks for.
    case holds(AlertState.Held, since: Timestamp)
    /// With the value of now in a sentence.
    case doesNotHold(String)
    /// Could not be told.
    case unknown
}

/// How long a condition must hold, how long it is kept, and which of two values is the worse.
struct Timing: Sendable, Hashable {
    let holdFor: Double
    let keepFiringFor: Double
    let comparison: Comparison
    /// How often it is looked, where somebody says so.
    let every: Double?

    init(
        holdFor: Duration, keepFiringFor: Duration, comparison: Comparison = .above, every: Duration? = nil
    ) {
        self.holdFor = holdFor.seconds
        self.keepFiringFor = keepFiringFor.seconds
        self.comparison = comparison
        self.every = every?.seconds
    }

    /// The later one where neither has a value, or where both are the same.
    func worse(_ earlier: AlertState.Held?, _ later: AlertState.Held) -> AlertState.Held {
        guard let earlier, let before = earlier.value, let now = later.value else { return later }
        return comparison == .above ? (now < before ? earlier : later) : (now > before ? earlier : later)
    }

    /// Neither cron nor a timer starts a job to the second: five minutes have passed after 4 min 54 s, or else `for: 5m`
    /// would take a seventh sweep now and then. Where the interval is known, a quarter of it may be missing, but never
    /// more than a tenth of the time.
    func isOver(_ seconds: Double) -> Bool {
        let usual = holdFor * 0.02
        return seconds >= holdFor - (every.map { max(usual, min(holdFor * 0.1, $0 / 4)) } ?? usual)
    }

    /// Two readings further apart than this don't show that the condition held between them. Where the interval is known
    /// that is two and a half of it, at least five minutes, after which Prometheus takes a series for gone; else Prometheus's
    /// bridge of an hour (`--rules.alert.for-outage-tolerance`) and ten minutes, that let an hourly sweep judge at all.
    var bridge: Double { every.map { max(300, 2.5 * $0) } ?? max(2 * holdFor, 4200) }
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
        var state = (earlier ?? AlertState(phase: .inactive, since: now)).clamped(to: now)
        if state.life.acknowledgement?.isOver(at: now) == true { state.life.acknowledgement = nil }
        return switch evaluation {
        case .holds(let held, let since): state.holding(held, since: min(since, now), timing, now: now)
        case .doesNotHold(let relief): state.notHolding(timing, relief, now: now)
        case .unknown: state
        }
    }

    private func holding(_ held: Held, since: Timestamp, _ timing: Timing, now: Timestamp) -> AlertState {
        var next = self
        next.held = held
        let continues = phase == .firing || continuesPending(until: since, timing)
        if continues { next.life.take(held, timing) } else { next.life = Life(beginningWith: held) }
        if phase == .firing { return next }
        let began = continues ? min(self.began ?? since, since) : since
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

    private func notHolding(_ timing: Timing, _ relief: String, now: Timestamp) -> AlertState {
        switch phase {
        case .firing where isKept(timing, now: now):
            var next = self
            next.life.isHolding = false
            return next
        case .firing:
            var next = entering(.resolved, at: now)
            next.began = nil
            next.resolved = now
            next.life.end(relief)
            return next
        case .pending:
            var next = entering(.inactive, at: now)
            next.began = nil
            next.life = Life()
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
        state.held?.clamp(to: now)
        state.life.onset?.clamp(to: now)
        state.life.worst?.clamp(to: now)
        return state
    }
}

extension AlertState.Held {
    fileprivate mutating func clamp(to now: Timestamp) { time = min(time, now) }
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

import Diagnostics

/// One life of an alert: from when it became pending or fired until it resolved, or until now.
public struct Episode: Sendable, Hashable {
    public let key: AlertState.Key
    public internal(set) var severity: Severity?
    /// Since when the condition had held.
    public internal(set) var began: Timestamp
    /// Nil while it is pending.
    public internal(set) var fired: Timestamp?
    /// Nil while it lives.
    public internal(set) var resolved: Timestamp?
    /// It fired again within an hour of resolving.
    public internal(set) var isReturn = false
    /// How often it held again while it was kept firing.
    public internal(set) var flaps = 0
    public internal(set) var acknowledgements: [Acknowledgement] = []
    /// Whether the last acknowledgement counts still.
    public internal(set) var isAcknowledged = false
    public internal(set) var onset: AlertState.Held?
    public internal(set) var worst: AlertState.Held?
    /// When the condition last held.
    public internal(set) var last: AlertState.Held?
    /// False while it is only kept firing.
    public internal(set) var isHolding = true
    /// The value that ended it, in a sentence.
    public internal(set) var relief: String?

    init(_ key: AlertState.Key, began: Timestamp) {
        self.key = key
        self.began = began
    }

    public var alert: String { key.alert }

    public var isLive: Bool { resolved == nil }

    /// From when it fired to the first word that somebody sees to it, in seconds.
    public var timeToAcknowledge: Double? {
        guard let fired, let first = acknowledgements.first else { return nil }
        return max(0, first.time.seconds(since: fired))
    }

    /// From when it fired until it resolved, in seconds; nil while it fires.
    public var timeToResolve: Double? {
        guard let fired, let resolved else { return nil }
        return max(0, resolved.seconds(since: fired))
    }
}

extension Episode {
    /// All that the chronicle tells of, by when they began; those that never fired are left out unless they are pending now.
    public static func all(_ chronicle: Chronicle) -> [Episode] {
        let byKey = Dictionary(grouping: chronicle.events.filter { $0.what != .changed }, by: \.key)
        let keys = Set(byKey.keys).union(chronicle.states.filter { $0.value.isLive }.keys)
        return keys.flatMap { key in
            var teller = Teller(key: key)
            for event in byKey[key] ?? [] { teller.take(event) }
            teller.take(chronicle.states[key])
            return teller.episodes
        }.sorted { ($0.began, $0.key) < ($1.began, $1.key) }
    }
}

/// Makes episodes of one alert's events, whichever of them are missing: the oldest may be forgotten, and what fired before
/// events were kept has none.
private struct Teller {
    let key: AlertState.Key
    private(set) var episodes: [Episode] = []
    private var open: Episode?

    init(key: AlertState.Key) { self.key = key }

    mutating func take(_ event: AlertEvent) {
        var episode = open ?? Episode(key, began: event.began ?? event.time)
        episode.severity = event.severity ?? episode.severity
        switch event.what {
        case .pending: episode = begin(episode, event)
        case .firing, .refired: fire(&episode, event)
        case .flap:
            episode.flaps += 1
            episode.last = event.held
        case .acknowledged:
            episode.acknowledgements.append(
                Acknowledgement(by: event.by ?? "", note: event.summary, time: event.time, until: event.until))
            episode.isAcknowledged = true
        case .unacknowledged, .expired: episode.isAcknowledged = false
        case .cleared:
            open = nil
            return
        case .resolved: return end(episode, event)
        case .changed: return
        }
        open = episode
    }

    private func begin(_ episode: Episode, _ event: AlertEvent) -> Episode {
        var new = Episode(key, began: event.began ?? event.time)
        new.severity = episode.severity
        new.onset = event.held
        return new
    }

    private func fire(_ episode: inout Episode, _ event: AlertEvent) {
        episode.fired = event.time
        episode.began = min(episode.began, event.began ?? event.time)
        episode.isReturn = event.what == .refired
        episode.onset = episode.onset ?? event.held
        episode.last = event.held
    }

    private mutating func end(_ episode: Episode, _ event: AlertEvent) {
        var ended = episode
        ended.resolved = event.time
        ended.fired = event.fired ?? ended.fired ?? event.time
        ended.began = min(event.began ?? ended.began, ended.began)
        ended.worst = event.worst ?? ended.last
        ended.relief = event.summary.isEmpty ? nil : event.summary
        ended.isHolding = false
        ended.isAcknowledged = false
        episodes.append(ended)
        open = nil
    }

    /// How it is now; what lives knows more of itself than the log does.
    mutating func take(_ state: AlertState?) {
        guard let state, state.isLive else { return }
        var episode = open ?? Episode(key, began: state.began ?? state.since)
        episode.severity = state.life.severity ?? episode.severity
        episode.began = state.began ?? episode.began
        episode.fired = state.phase == .firing ? state.since : nil
        episode.onset = state.life.onset ?? episode.onset ?? state.held
        episode.worst = state.life.worst ?? state.held
        episode.last = state.held
        episode.flaps = max(episode.flaps, state.life.dips)
        episode.isHolding = state.life.isHolding
        episode.isAcknowledged = state.life.acknowledgement != nil
        if let given = state.life.acknowledgement, episode.acknowledgements.last != given {
            episode.acknowledgements.append(given)
        }
        episodes.append(episode)
        open = nil
    }
}

extension AlertEvent {
    fileprivate var held: AlertState.Held {
        AlertState.Held(
            time: time, summary: summary, value: value, threshold: threshold, cause: cause, evidence: evidence)
    }
}

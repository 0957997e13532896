import Diagnostics

/// Turns what a sweep saw into findings: every alert held against every target of its kinds. Pure.
public struct Judgement: Sendable {
    /// What a sweep leaves behind.
    public struct Result: Sendable {
        /// In a fixed order: firing by severity, pending, unknown, ok, not applicable; then by alert, target and labels.
        public let findings: [Finding]
        /// To be kept until the next sweep; those of targets that were not looked at this time are as they were. There are
        /// none for alerts that have nothing to remember.
        public let states: [AlertState.Key: AlertState]
    }

    public let alerts: [Alert]
    public let selection: Selection
    private let every: Duration?
    /// What somebody else knows of the time before this sweep.
    private var remote = RemoteAnswers.none

    /// - Parameter every: how often it is judged, where that is known.
    public init(_ overrides: Overrides = .none, selection: Selection = .all, every: Duration? = nil) {
        alerts = overrides.alerts(naming: selection)
        self.selection = selection
        self.every = every
    }

    /// The same, with what somebody else knows of the time before this sweep.
    public func knowing(_ remote: RemoteAnswers) -> Judgement {
        var judgement = self
        judgement.remote = remote
        return judgement
    }

    /// The alerts that are looked at there.
    public func alerts(at target: Target) -> [Alert] {
        alerts.filter { $0.kinds.contains(target.kind) && selection.includes($0, at: target) }
    }

    /// How far these alerts look back, by metric.
    public var lookback: [String: Duration] { alerts.lookback }

    /// - Parameters:
    ///   - history: earlier readings; nil when no history is kept, so that rates and increases are unknown.
    ///   - states: of the previous sweep; nil when none are kept, so that what must hold for a time stays pending.
    public func judge(
        _ observations: [Observation], history: SeriesHistory?, states: [AlertState.Key: AlertState]?,
        now: Timestamp
    ) -> Result {
        var findings: [Finding] = []
        var next = states ?? [:]
        let scenes = Dictionary(
            grouping: observations.map { Scene($0, history: history, now: now) }, by: \.observation.target.kind)
        let known = StatesByCase(states)
        for alert in alerts where selection.includes(alert) {
            let cases = cases(of: alert, in: scenes, known)
            for judged in cases { next.merge(judged.states) { $1 } }
            findings += cases.isEmpty ? [Finding(nothingFor: alert)] : Sources.settled(cases.flatMap(\.findings))
        }
        return Result(
            findings: Finding.ordered(findings, alerts), states: next.filter { $0.value.isWorthKeeping(at: now) })
    }

    private func cases(
        of alert: Alert, in scenes: [Target.Kind: [Scene]], _ known: StatesByCase
    ) -> [Case.Outcome] {
        alert.conditions.flatMap { condition in
            (scenes[condition.kind] ?? []).filter { selection.includes(alert, at: $0.observation.target) }
                .compactMap { scene in
                    Case(
                        alert: alert, condition: condition, scene: scene, states: known, every: every, remote: remote
                    ).outcome()
                }
        }
    }
}

/// The earlier states by what they were judged from, so that a case finds its own without looking at all of them.
struct StatesByCase {
    private let states: [AlertState.Key: [Labels: AlertState]]?

    init(_ states: [AlertState.Key: AlertState]?) {
        self.states = states.map { states in
            Dictionary(grouping: states) { $0.key.withoutLabels }.mapValues { entries in
                Dictionary(uniqueKeysWithValues: entries.map { ($0.key.labels, $0.value) })
            }
        }
    }

    /// nil when no states are kept at all.
    func of(_ key: AlertState.Key) -> [Labels: AlertState]? { states.map { $0[key.withoutLabels] ?? [:] } }
}

extension AlertState.Key {
    var withoutLabels: AlertState.Key { with([:]) }

    func with(_ labels: Labels) -> AlertState.Key {
        AlertState.Key(alert: alert, target: target, source: source, labels: labels)
    }
}

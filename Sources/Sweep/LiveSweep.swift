import Diagnostics
import Network
import Runbook

/// Sweeps again and again for somebody who watches. What has to be remembered from one round to the next is remembered here; what
/// the history knows is taken over at the beginning. Nothing is kept afterwards: somebody who looks every two seconds must not change
/// what sweeps at even distances record.
public actor LiveSweep {
    private let entries: [Plan.Entry]
    private let bounds: Bounds
    private let judgement: Judgement
    private let notes: [String]
    private let historyPath: String?
    private var readings = SeriesHistory()
    private var states: [AlertState.Key: AlertState] = [:]
    private var isSeeded = false

    public init(_ configuration: Configuration, selection: Selection = .all, environment: [String: String]) {
        let judgement = Judgement(configuration.overrides, selection: selection)
        let path = configuration.history.path(environment: environment)
        var targets = configuration.targets
        var notes: [String] = []
        if targets.isEmpty {
            let found = Discovery.targets(environment: environment, ports: .now())
            targets = found.targets
            notes = found.notes
        }
        // Its host's and deadlocks' last values are asked for in each round, so it is opened once, and only if it is there.
        let history = OpeningHistory(at: path.flatMap { TextFile.exists($0) ? $0 : nil })
        entries = targets.filter { selection.includes($0.target, alerts: judgement.alerts) }.map { target in
            let probe = target.probe(history: history, alerts: judgement.alerts(at: target.target))
            let lasting = (probe as? any LastingProbe).map { ProbeSession($0) as any Probe }
            return Plan.Entry(probe: lasting ?? probe, timeout: target.timeout ?? configuration.bounds.timeout)
        }
        self.judgement = judgement
        self.notes = notes
        bounds = configuration.bounds
        historyPath = path
    }

    /// Looks at everything once more.
    public func round(
        progress: @escaping @Sendable (Observing.Progress) -> Void = { _ in }
    ) async -> SweepRun.Outcome {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        await seed()
        let plan = Plan(entries: entries, bounds: bounds)
        let observations = Correlation.completed(await Observing.observations(of: plan, progress: progress))
        let now = Timestamp.now
        let result = judgement.judge(observations, history: readings, states: states, now: now)
        let events = AlertEvent.between(states, result.states, at: now)
        states = result.states
        for observation in observations { readings.add(observation) }
        readings.forget(beyond: judgement.lookback, now: now)
        return SweepRun.Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations,
            findings: result.findings, events: events, notes: notes)
    }

    /// What sweeps have kept: since when something fires, and what rates are counted from.
    private func seed() async {
        guard !isSeeded else { return }
        isSeeded = true
        guard let historyPath, let history = try? await History.reading(at: historyPath),
            let memory = try? await history.memory(of: entries.map(\.probe.target), judgement.lookback)
        else { return }
        (readings, states) = memory
    }
}

import Diagnostics
import HTTP
import Runbook
import Synchronization
import TLS

/// One sweep from its configuration to its findings.
public struct SweepRun: Sendable {
    /// What a sweep gives, whatever failed on the way.
    public struct Outcome: Sendable {
        public let started: Timestamp
        public let duration: Duration
        public let observations: [Observation]
        public let findings: [Finding]
        /// About the sweep itself, for people.
        public let notes: [String]
        /// Still open, where there is one.
        public var history: History?
    }

    private let configuration: Configuration
    private let selection: Selection
    private let environment: [String: String]

    public init(_ configuration: Configuration, selection: Selection = .all, environment: [String: String]) {
        self.configuration = configuration
        self.selection = selection
        self.environment = environment
    }

    /// Has libraries set up while the configuration is read, where there is another processor that would only wait.
    public static func prepare() {
        Task.detached {
            TLSProbe.prepare()
            HTTPProbe.prepare()
        }
    }

    /// Looks at everything in parallel, judges it with what earlier sweeps saw, and keeps what the next one needs.
    public func run(
        progress: @escaping @Sendable (Observing.Progress) -> Void = { _ in }
    ) async -> Outcome {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        var notes: [String] = []
        let opening = OpeningHistory(at: configuration.history.path(environment: environment))
        let judgement = Judgement(configuration.overrides, selection: selection, every: configuration.bounds.every)
        let plan = plan(judgement, opening, &notes).selecting(selection, alerts: judgement.alerts)
        let observations = Correlation.completed(await Observing.observations(of: plan, progress: progress))
        let (history, note) = await opening.opened
        if let note { notes.append(note) }
        let findings = await judge(observations, judgement, history, &notes)
        return Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations, findings: findings,
            notes: notes, history: history)
    }

    private func plan(_ judgement: Judgement, _ history: OpeningHistory, _ notes: inout [String]) -> Plan {
        var targets = configuration.targets
        if targets.isEmpty {
            let found = Discovery.targets(environment: environment, ports: .now())
            targets = found.targets
            notes += found.notes
        }
        let entries = targets.map { target in
            let probe = target.probe(history: history, alerts: judgement.alerts(at: target.target))
            return Plan.Entry(probe: probe, timeout: target.timeout ?? configuration.bounds.timeout)
        }
        return Plan(entries: entries, bounds: configuration.bounds)
    }

    private func judge(
        _ observations: [Observation], _ judgement: Judgement, _ history: History?, _ notes: inout [String]
    ) async -> [Finding] {
        guard let history else { return judgement.judge(observations, history: nil, states: nil, now: .now).findings }
        let judged = LastJudged()
        do {
            return try await judge(observations, judgement, whole: history, judged, &notes)
        } catch {
            if let findings = judged.findings {
                notes.append("\(error); what this sweep saw could not be kept")
                return findings
            }
            notes.append("\(error); judged without a history")
            return judgement.judge(observations, history: nil, states: nil, now: .now).findings
        }
    }

    /// With a new history where this one turns out to be damaged: the next sweep must not be as blind.
    private func judge(
        _ observations: [Observation], _ judgement: Judgement, whole history: History, _ judged: LastJudged,
        _ notes: inout [String]
    ) async throws(HistoryError) -> [Finding] {
        do {
            return try await judge(observations, judgement, with: history, judged)
        } catch {
            guard error.isDamage else { throw error }
            let replaced = try await history.replaced(because: error)
            if let note = replaced.note { notes.append(note) }
            return try await judge(observations, judgement, with: replaced.history, judged)
        }
    }

    private func judge(
        _ observations: [Observation], _ judgement: Judgement, with history: History, _ judged: LastJudged
    ) async throws(HistoryError) -> [Finding] {
        let now = Timestamp.now
        return try await history.judging(
            observations, lookback: judgement.lookback, now: now, started: observations.map(\.started).min(),
            every: configuration.bounds.every
        ) {
            let result = judgement.judge(observations, history: $0, states: $1, now: now)
            judged.findings = result.findings
            return (result.findings, result.states)
        }
    }
}

/// What was judged with a history that could be read, for when it then turns out that it cannot be written: on a full
/// disk a sweep must not forget since when the disk is full.
private final class LastJudged: Sendable {
    private let kept = Mutex<[Finding]?>(nil)

    var findings: [Finding]? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

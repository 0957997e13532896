import Containers
import Diagnostics
import HTTP
import PostgreSQL
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
        /// What began, ceased or changed since the sweep before; nil without a history.
        public let events: [AlertEvent]?
        /// About the sweep itself, for people.
        public let notes: [String]
        /// Still open, where there is one.
        public var history: History?
        /// What was asked about and could not be judged, though the target answered.
        public var unjudged: [Finding] = []
        /// Of the PostgreSQL servers at which somebody waits, where that was asked for.
        public var lockGraphs: [(target: Target, graph: LockGraph)] = []
    }

    private let configuration: Configuration
    private let selection: Selection
    private let shard: Shard?
    private let isExclusive: Bool
    private let environment: [String: String]
    private let lockGraphs: LockGraphs?

    /// - Parameters:
    ///   - shard: which of the targets are looked at here; nil: all.
    ///   - isExclusive: whether a target that another sweep on the same history is looking at is left to that one.
    ///   - drawsLocks: whether the outcome is to have the graphs of who waits for whom.
    public init(
        _ configuration: Configuration, selection: Selection = .all, shard: Shard? = nil, isExclusive: Bool = true,
        drawsLocks: Bool = false, environment: [String: String]
    ) {
        self.configuration = configuration
        self.selection = selection
        self.shard = shard
        self.isExclusive = isExclusive
        self.environment = environment
        lockGraphs = drawsLocks ? LockGraphs() : nil
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
        let path = configuration.history.path(environment: environment)
        let locks = path.flatMap(locks)
        let opening = OpeningHistory(at: path)
        let judgement = Judgement(configuration.overrides, selection: selection, every: configuration.bounds.every)
        let plan = plan(judgement, opening, locks, &notes)
        async let past = past(judgement, plan, started)
        let observations = Correlation.completed(await Observing.observations(of: plan, progress: progress))
        let (history, note) = await opening.opened
        let (remote, word) = await past
        notes += [note, word].compactMap(\.self)
        let judged = await judge(observations, judgement.knowing(remote), history, &notes)
        // Until here: what another sweep reads of these targets must not be judged in between.
        withExtendedLifetime(locks) {}
        var outcome = Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations,
            findings: judged.findings, events: judged.events, notes: notes, history: history)
        outcome.lockGraphs = lockGraphs?.taken(inOrderOf: observations.map(\.target)) ?? []
        return outcome
    }

    /// What a Prometheus knows of the time before this sweep, and what is to be said of it.
    private func past(
        _ judgement: Judgement, _ plan: Plan, _ started: Timestamp
    ) async -> (answers: RemoteAnswers, note: String?) {
        guard let settings = configuration.prometheus else { return (.none, nil) }
        let kinds = Set(plan.entries.map(\.probe.target.kind))
        let questions = judgement.alerts.questionsOfThePast(at: kinds)
        return await AskingPrometheus(settings, questions, now: started).answers()
    }

    private func locks(besideHistory path: String) -> TargetLocks? {
        guard isExclusive else { return nil }
        // Where the folder cannot be made there will be no history either, which is then told.
        try? History.makeFolder(of: path)
        return TargetLocks.open(besideHistory: path)
    }

    private func plan(
        _ judgement: Judgement, _ history: OpeningHistory, _ locks: TargetLocks?, _ notes: inout [String]
    ) -> Plan {
        var targets = configuration.targets
        if targets.isEmpty {
            let found = Discovery.targets(environment: environment, ports: .now())
            targets = found.targets
            notes += found.notes
        }
        let runtimes = ContainerRuntimes(environment: environment)
        let entries = targets.filter { isMeant($0.target, judgement) }.map { target in
            let alerts = judgement.alerts(at: target.target)
            let usual = {
                target.beside(target.probe(history: history, alerts: alerts, lockGraphs: lockGraphs), runtimes, alerts)
            }
            let probe: any Probe =
                locks?.take(target.target).map { BusyTarget(target: target.target, holder: $0) } ?? usual()
            return Plan.Entry(probe: probe, timeout: target.timeout ?? configuration.bounds.timeout)
        }
        return Plan(entries: entries, bounds: configuration.bounds)
    }

    private func isMeant(_ target: Target, _ judgement: Judgement) -> Bool {
        shard?.owns(target) != false && selection.includes(target, alerts: judgement.alerts)
    }

    private func judge(
        _ observations: [Observation], _ judgement: Judgement, _ history: History?, _ notes: inout [String]
    ) async -> Judged {
        guard let history else { return judgedAlone(observations, judgement) }
        let last = LastJudged()
        do {
            return try await judge(observations, judgement, whole: history, last, &notes)
        } catch {
            if let judged = last.judged {
                notes.append("\(error); what this sweep saw could not be kept")
                return judged
            }
            notes.append("\(error); judged without a history")
            return judgedAlone(observations, judgement)
        }
    }

    private func judgedAlone(_ observations: [Observation], _ judgement: Judgement) -> Judged {
        Judged(findings: judgement.judge(observations, history: nil, states: nil, now: .now).findings, events: nil)
    }

    /// With a new history where this one turns out to be damaged: the next sweep must not be as blind.
    private func judge(
        _ observations: [Observation], _ judgement: Judgement, whole history: History, _ last: LastJudged,
        _ notes: inout [String]
    ) async throws(HistoryError) -> Judged {
        do {
            return try await judge(observations, judgement, with: history, last)
        } catch {
            guard error.isDamage else { throw error }
            let replaced = try await history.replaced(because: error)
            if let note = replaced.note { notes.append(note) }
            return try await judge(observations, judgement, with: replaced.history, last)
        }
    }

    private func judge(
        _ observations: [Observation], _ judgement: Judgement, with history: History, _ last: LastJudged
    ) async throws(HistoryError) -> Judged {
        let now = Timestamp.now
        return try await history.judging(
            observations, lookback: judgement.lookback, now: now, started: observations.map(\.started).min(),
            every: configuration.bounds.every, values: \.values
        ) {
            let result = judgement.judge(observations, history: $0, states: $1, now: now)
            let events = AlertEvent.between($1, result.states, at: now)
            let judged = Judged(findings: result.findings, events: events)
            last.judged = judged
            return (judged, result.states)
        }
    }
}

private struct Judged: Sendable {
    let findings: [Finding]
    let events: [AlertEvent]?

    var values: [JudgedValue] { JudgedValue.all(in: findings) }
}

/// What was judged with a history that could be read, for when it then turns out that it cannot be written: on a full
/// disk a sweep must not forget since when the disk is full.
private final class LastJudged: Sendable {
    private let kept = Mutex<Judged?>(nil)

    var judged: Judged? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

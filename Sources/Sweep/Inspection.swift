import Diagnostics
import Runbook

/// A closer look at some targets, asked for by a person: judged as they are now, without a history, unless it is to be like
/// a check.
public struct Inspection: Sendable {
    private let entries: [Plan.Entry]
    private let configuration: Configuration
    private let history: String?

    /// - Parameter history: the file in which sweeps keep what they saw, where that is to be judged with; nothing is written
    ///   to it.
    public init(_ entries: [Plan.Entry], configuration: Configuration, history: String? = nil) {
        self.entries = entries
        self.configuration = configuration
        self.history = history
    }

    /// - Returns: findings only for what was measured: a command that asks one thing says nothing of the others. A target
    ///   that could not be looked at keeps one finding that says why: one that fires for it, or else an unknown one.
    public func run(progress: @escaping @Sendable (Observing.Progress) -> Void = { _ in }) async -> SweepRun.Outcome {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        let plan = Plan(entries: entries, bounds: configuration.bounds)
        let observations = Correlation.completed(await Observing.observations(of: plan, progress: progress))
        let judgement = Judgement(configuration.overrides)
        let asked = Asked(observations, judgement.alerts)
        let all = findings(observations, judgement, await memory(asked, judgement))
        var outcome = SweepRun.Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations,
            findings: Self.relevant(all, observations), events: nil, notes: [])
        outcome.unjudged = all.filter(asked.isUnjudged)
        return outcome
    }

    private typealias Memory = (readings: SeriesHistory, states: [AlertState.Key: AlertState])

    /// What sweeps have seen of what is asked about; nil where there is nothing to read.
    private func memory(_ asked: Asked, _ judgement: Judgement) async -> Memory? {
        guard let history, let opened = try? await History.reading(at: history),
            let (readings, states) = try? await opened.memory(of: asked.targets, judgement.lookback)
        else { return nil }
        return (readings, states.filter { asked.includes($0.key.alert, at: $0.key.target) })
    }

    /// More targets than a person reads one by one.
    private static let many = 200

    private func findings(_ observations: [Observation], _ judgement: Judgement, _ memory: Memory?) -> [Finding] {
        let isUniform = Set(observations.map(\.target.kind)).count == 1
        guard isUniform, observations.count > Self.many else { return judged(observations, judgement, memory) }
        // Of one kind each is judged by itself: all at once, thousands would take more memory to judge than to look at.
        // What is fine is then told by the runbook's alerts alone, and what they say nothing of not at all.
        let optional = Set(judgement.alerts.filter(\.isOptional).map(\.name))
        var findings: [Finding] = []
        for start in stride(from: 0, to: observations.count, by: Self.many) {
            let some = Array(observations[start..<min(start + Self.many, observations.count)])
            findings += Self.relevant(judged(some, judgement, memory), some).filter {
                $0.verdict != .ok || !optional.contains($0.alert)
            }
        }
        return Finding.ordered(findings, judgement.alerts)
    }

    private func judged(_ observations: [Observation], _ judgement: Judgement, _ memory: Memory?) -> [Finding] {
        judgement.judge(observations, history: memory?.readings, states: memory?.states, now: .now).findings
    }

    private static func relevant(_ findings: [Finding], _ observations: [Observation]) -> [Finding] {
        let failed = Set(observations.filter { $0.failure != nil }.map(\.target))
        var told = Set(findings.filter { $0.verdict == .firing }.compactMap(\.target))
        return findings.filter { finding in
            guard let target = finding.target, finding.verdict != .notApplicable else { return false }
            guard finding.verdict == .unknown else { return true }
            return failed.contains(target) && told.insert(target).inserted
        }
    }
}

/// Which alerts a command asks about: those of which it measured something, or could not where it tried.
private struct Asked {
    let targets: [Target]
    private let metrics: [TargetID: Set<String>]
    private let answered: Set<TargetID>
    private let alerts: [String: Alert]

    init(_ observations: [Observation], _ alerts: [Alert]) {
        targets = observations.map(\.target)
        metrics = observations.reduce(into: [:]) { metrics, observation in
            metrics[TargetID(observation.target), default: []]
                .formUnion(observation.samples.map(\.metric.name) + observation.gaps.map(\.metric))
        }
        answered = Set(observations.filter { $0.failure == nil }.map { TargetID($0.target) })
        self.alerts = Dictionary(uniqueKeysWithValues: alerts.map { ($0.name, $0) })
    }

    func includes(_ alert: String, at target: TargetID) -> Bool {
        guard let alert = alerts[alert], let seen = metrics[target] else { return false }
        return alert.conditions.contains { condition in
            let metrics = condition.expression.metrics
            return condition.kind == target.kind && (metrics.isEmpty || !metrics.isDisjoint(with: seen))
        }
    }

    /// What a target that answered leaves open of what was asked.
    func isUnjudged(_ finding: Finding) -> Bool {
        guard finding.verdict == .unknown, let target = finding.target.map(TargetID.init) else { return false }
        return answered.contains(target) && includes(finding.alert, at: target)
    }
}

import Diagnostics
import Runbook

/// A closer look at some targets, asked for by a person: judged as they are now, without a history.
public struct Inspection: Sendable {
    private let entries: [Plan.Entry]
    private let configuration: Configuration

    public init(_ entries: [Plan.Entry], configuration: Configuration) {
        self.entries = entries
        self.configuration = configuration
    }

    /// - Returns: findings only for what was measured: a command that asks one thing says nothing of the others. A target
    ///   that could not be looked at keeps one finding that says why: one that fires for it, or else an unknown one.
    public func run(progress: @escaping @Sendable (Observing.Progress) -> Void = { _ in }) async -> SweepRun.Outcome {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        let plan = Plan(entries: entries, bounds: configuration.bounds)
        let observations = Correlation.completed(await Observing.observations(of: plan, progress: progress))
        let judgement = Judgement(configuration.overrides)
        let findings = judgement.judge(observations, history: nil, states: nil, now: .now).findings
        return SweepRun.Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations,
            findings: Self.relevant(findings, observations), events: nil, notes: [])
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

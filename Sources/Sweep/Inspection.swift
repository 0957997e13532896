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
        return SweepRun.Outcome(
            started: started, duration: clock.duration(to: .now), observations: observations,
            findings: findings(observations), events: nil, notes: [])
    }

    /// More targets than a person reads one by one.
    private static let many = 200

    private func findings(_ observations: [Observation]) -> [Finding] {
        let judgement = Judgement(configuration.overrides)
        let isUniform = Set(observations.map(\.target.kind)).count == 1
        guard isUniform, observations.count > Self.many else { return judged(observations, judgement) }
        // Of one kind each is judged by itself: all at once, thousands would take more memory to judge than to look at.
        // What is fine is then told by the runbook's alerts alone.
        let optional = Set(judgement.alerts.filter(\.isOptional).map(\.name))
        var findings: [Finding] = []
        for start in stride(from: 0, to: observations.count, by: Self.many) {
            let some = Array(observations[start..<min(start + Self.many, observations.count)])
            findings += judged(some, judgement).filter { $0.verdict != .ok || !optional.contains($0.alert) }
        }
        return Finding.ordered(findings, judgement.alerts)
    }

    private func judged(_ observations: [Observation], _ judgement: Judgement) -> [Finding] {
        let findings = judgement.judge(observations, history: nil, states: nil, now: .now).findings
        return Self.relevant(findings, observations)
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

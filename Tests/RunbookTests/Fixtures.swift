import Diagnostics

@testable import Runbook

/// A clock that only the test moves: seconds after the beginning.
func at(_ seconds: Double) -> Timestamp { Timestamp(secondsSinceEpoch: 1_800_000_000 + seconds) }

func minute(_ minutes: Double) -> Timestamp { at(minutes * 60) }

func target(_ kind: Target.Kind, _ name: String = "it", labels: Labels = [:]) -> Target {
    Target(kind: kind, name: name, address: "10.0.0.1:1234", labels: labels)
}

func sample(
    _ metric: String, _ value: Double, _ labels: Labels = [:], identity: String? = nil, since: Timestamp? = nil
) -> Sample {
    Sample(Metric(metric, .gauge, ""), value, labels: labels, identity: identity, countedSince: since)
}

func seen(
    _ target: Target, _ time: Timestamp, _ samples: [Sample] = [], gaps: [Gap] = [], evidence: [Evidence] = [],
    failure: ProbeError? = nil
) -> Observation {
    Observation(
        target: target, started: time, duration: .milliseconds(3), samples: samples, evidence: evidence, gaps: gaps,
        failure: failure)
}

func failed(_ target: Target, _ time: Timestamp, _ kind: ProbeError.Kind, _ message: String = "it broke") -> Observation
{
    seen(target, time, failure: ProbeError(kind, step: "connect", message: message))
}

/// Sweeps one after another, with the memory that `Sweep` keeps between them.
struct Watch {
    var judgement: Judgement
    var history = SeriesHistory()
    var states: [AlertState.Key: AlertState] = [:]

    init(_ overrides: [String: AlertOverride] = [:], only: [String] = []) {
        judgement = Judgement(
            try! Overrides(overrides), selection: try! Selection(only: only, skip: []))
    }

    /// The findings of a sweep at the time of its first observation.
    mutating func sweep(_ observations: Observation..., now: Timestamp? = nil) -> [Finding] {
        let time = now ?? observations[0].started
        let result = judgement.judge(observations, history: history, states: states, now: time)
        states = result.states
        for observation in observations { history.add(observation) }
        return result.findings
    }
}

/// What an expression says of one observation after earlier ones.
func evaluate(
    _ expression: Expression, after earlier: [Observation] = [], _ observation: Observation
) throws -> [Element] {
    var history = SeriesHistory()
    for observation in earlier { history.add(observation) }
    return try expression.evaluate(in: Scene(observation, history: history, now: observation.started))
}

extension [Finding] {
    /// The findings of one alert.
    func of(_ alert: String) -> [Finding] { filter { $0.alert == alert } }

    func verdicts(_ alert: String) -> [Verdict] { of(alert).map(\.verdict) }
}

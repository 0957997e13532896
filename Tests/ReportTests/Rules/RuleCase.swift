import Diagnostics
import Runbook

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// One alert at one target over some minutes, with what a sweep of each minute measured.
struct RuleCase {
    struct Line {
        let metric: Metric
        let labels: Labels
        /// By minute; nil where the series was not there.
        var values: [Double?]
    }

    let alert: String
    let kind: Target.Kind
    let lines: [Line]
    /// The minutes without a sweep.
    var gaps: Set<Int> = []
    /// How much a count may be stretched, for those that are held against a threshold.
    var window: Double?

    static let minutes = 45
    static let start = Timestamp(secondsSinceEpoch: 1_800_000_000)

    var target: Target { Target(kind: kind, name: "it", address: "127.0.0.1:1") }

    func time(_ minute: Int) -> Timestamp { Self.start + Double(minute) * 60 }

    func observation(_ minute: Int) -> Observation {
        let samples = lines.compactMap { line in
            line.values[minute].map { Sample(line.metric, $0, labels: line.labels) }
        }
        return Observation(target: target, started: time(minute), duration: .zero, samples: samples)
    }
}

extension RuleCase {
    /// What fires by diag's own judgement at each sweep: the labels of each firing finding, and its value.
    func judged(_ overrides: Overrides) throws -> [Int: [Finding]] {
        let judgement = Judgement(
            overrides, selection: try Selection(only: [alert], skip: [String](), among: overrides.known))
        var history = SeriesHistory()
        var states: [AlertState.Key: AlertState] = [:]
        var findings: [Int: [Finding]] = [:]
        for minute in 0..<Self.minutes where !gaps.contains(minute) {
            let seen = observation(minute)
            let result = judgement.judge([seen], history: history, states: states, now: time(minute))
            states = result.states
            history.add(seen)
            findings[minute] = result.findings
        }
        return findings
    }

    /// Whether Prometheus may stretch what was counted beyond the threshold where the count itself is not.
    func mayDiffer(_ finding: Finding?, at minute: Int) -> Bool {
        guard let window, let finding, let value = finding.value, let threshold = finding.threshold else {
            return false
        }
        let earliest = (0...minute).first { Double(minute - $0) * 60 <= window && !gaps.contains($0) } ?? minute
        let covered = Double(minute - earliest) * 60
        return covered < window && value <= threshold && covered > 0 && value * window / covered > threshold
    }
}

// MARK: - As promtool test rules reads it

extension RuleCase {
    func yaml(_ overrides: Overrides) throws -> String {
        let findings = try judged(overrides)
        let series = lines.map { line in
            let labels = line.labels.merging(["kind": kind.rawValue, "target": target.name])
            return "      - series: '\(line.metric.name)\(labels)'\n        values: '\(values(line))'\n"
        }
        let tests = (0..<Self.minutes).filter { !gaps.contains($0) }.compactMap { minute -> String? in
            let now = findings[minute] ?? []
            guard !now.contains(where: { mayDiffer($0, at: minute) }) else { return nil }
            return expectation(now.filter { $0.verdict == .firing }, minute)
        }
        return "  - interval: 1m\n    input_series:\n" + series.joined() + "    alert_rule_test:\n" + tests.joined()
    }

    private func values(_ line: Line) -> String {
        var wasThere = false
        return line.values.enumerated().map { minute, value in
            if gaps.contains(minute) { return "_" }
            defer { wasThere = value != nil }
            return value.map { $0.isNaN ? "NaN" : "\($0)" } ?? (wasThere ? "stale" : "_")
        }.joined(separator: " ")
    }

    private func expectation(_ firing: [Finding], _ minute: Int) -> String {
        let alerts = firing.map { finding in
            let labels = finding.labels.merging(finding.severity.labels)
                .merging(["kind": kind.rawValue, "target": target.name])
            let all = finding.source.isEmpty ? labels : labels.with("source", finding.source)
            return "          - exp_labels: {" + all.map { "\($0.name): '\($0.value)'" }.joined(separator: ", ") + "}\n"
        }
        return "      - eval_time: \(minute)m\n        alertname: \(alert)\n"
            + (alerts.isEmpty ? "" : "        exp_alerts:\n" + alerts.joined())
    }
}

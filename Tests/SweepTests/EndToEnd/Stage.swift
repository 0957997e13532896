import Diagnostics
import GRDB
import Playground
import Runbook

@testable import Sweep

/// What somebody has who sweeps again and again: targets, settings, and a history of one's own.
struct Stage: Sendable {
    var configuration: Sweep.Configuration
    private let folder = TemporaryFolder()

    init(_ targets: [ConfiguredTarget], _ overrides: [String: AlertOverride] = [:]) throws {
        configuration = Configuration(
            targets: targets, overrides: try Overrides(overrides), bounds: Self.patient,
            history: .file(folder.path("diag.sqlite")))
    }

    /// All that a playground has to offer, by the configuration that it writes itself.
    init(_ playground: Playground, _ overrides: [String: AlertOverride] = [:]) async throws {
        let file = try await playground.writeConfiguration()
        configuration = try Configuration(file: file, environment: [:])
        configuration.overrides = try Overrides(overrides)
        configuration.bounds = Self.patient
        configuration.history = .file(folder.path("diag.sqlite"))
    }

    /// A machine on which everything is being tested at once is slow.
    static let patient = Bounds(timeout: .seconds(20), deadline: .seconds(40))

    var historyPath: String { folder.path("diag.sqlite") }

    /// One whole sweep, as `diag sweep` does it.
    func sweep(only words: [String] = []) async throws -> SweepRun.Outcome {
        let selection = try Selection(only: words, skip: [String]())
        return await SweepRun(configuration, selection: selection, environment: [:]).run()
    }

    /// Sweeps until the outcome is as hoped for; the last one when that does not come to be.
    func sweep(
        within limit: Duration = .seconds(30), until isMeant: (SweepRun.Outcome) -> Bool
    ) async throws -> SweepRun.Outcome {
        let end = ContinuousClock.now + limit
        while true {
            let outcome = try await sweep()
            if isMeant(outcome) || ContinuousClock.now > end { return outcome }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Moves all that is remembered into the past, as if so much time had gone by since.
    func letPass(_ duration: Duration) async throws {
        let queue = try DatabaseQueue(path: historyPath)
        let seconds = duration / .seconds(1)
        try await queue.write { database in
            try database.execute(sql: "UPDATE reading SET time = time - ?", arguments: [seconds])
            try database.execute(
                sql: """
                    UPDATE alert_state SET since = since - :s, began = began - :s, resolved = resolved - :s,
                        held_time = held_time - :s
                    """, arguments: ["s": seconds])
            try database.execute(
                sql: """
                    UPDATE alert_life SET onset_time = onset_time - :s, worst_time = worst_time - :s,
                        ack_time = ack_time - :s, ack_until = ack_until - :s;
                    """, arguments: ["s": seconds])
            for move in [
                "event SET time = time - ?1, began = began - ?1, fired = fired - ?1, worst_time = worst_time - ?1",
                "sweep SET time = time - ?1", "look SET time = time - ?1",
                "spell SET begin = begin - ?1, end = end - ?1",
            ] {
                try database.execute(sql: "UPDATE \(move)", arguments: [seconds])
            }
        }
    }
}

extension [String: AlertOverride] {
    /// Every alert fires at once and stops at once.
    static let atOnce = Dictionary(
        uniqueKeysWithValues: Catalogue.alerts.map { ($0.name, AlertOverride(holdFor: .zero, keepFiringFor: .zero)) })

    /// With another threshold for one of them.
    func with(_ alert: String, threshold: Double) -> Self {
        var copy = self
        copy[alert, default: AlertOverride()].threshold = threshold
        return copy
    }
}

extension SweepRun.Outcome {
    func findings(_ alert: String, at name: String? = nil, by source: String? = nil) -> [Finding] {
        findings.filter {
            $0.alert == alert && (name == nil || $0.target?.name == name) && (source == nil || $0.source == source)
        }
    }

    /// The worst there is, as findings are in that order.
    func finding(_ alert: String, at name: String? = nil, by source: String? = nil) -> Finding? {
        findings(alert, at: name, by: source).first
    }

    func observation(_ name: String) -> Observation? { observations.first { $0.target.name == name } }

    /// `HighCPUUsage@this-host` for all that fire or are about to.
    var troubles: [String] { told(.firing) + told(.pending) }
    var unknowns: [String] { told(.unknown) }

    private func told(_ verdict: Verdict) -> [String] {
        findings.filter { $0.verdict == verdict }.map { "\($0.alert)@\($0.target?.name ?? "-"): \($0.summary)" }
    }
}

extension Observation {
    func sample(_ metric: String, _ labels: Labels = [:]) -> Sample? {
        samples.first { sample in
            sample.metric.name == metric && labels.allSatisfy { sample.labels[$0.name] == $0.value }
        }
    }

    func value(_ metric: String, _ labels: Labels = [:]) -> Double? { sample(metric, labels)?.value }

    func piece(_ id: String) -> Evidence? { evidence.first { $0.id == id } }
}

extension Evidence {
    /// All that is in it as one text, to look for a word.
    var words: String {
        switch body {
        case .fact(let sentence): sentence
        case .table(let table): table.rows.map { $0.map { "\($0)" }.joined(separator: " ") }.joined(separator: "\n")
        case .remarks(let remarks): remarks.map(\.text).joined(separator: "\n")
        case .tree(let branches): branches.map(\.words).joined(separator: "\n")
        }
    }
}

extension Branch {
    fileprivate var words: String { ([text] + children.map(\.words)).joined(separator: "\n") }
}

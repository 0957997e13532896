import Diagnostics
import Runbook

/// What a targeted command saw of one target: whether it answered, what fires there, and all evidence.
public struct ObservationText: Sendable {
    private let observation: Observation
    private let findings: [Finding]
    private let layout: TextLayout

    public init(_ observation: Observation, findings: [Finding], layout: TextLayout) {
        self.observation = observation
        self.findings = findings
        self.layout = layout
    }

    public func rendered() -> String {
        let text = EvidenceText(ink: layout.ink, width: layout.width, limit: layout.rows)
        let evidence = observation.evidence.map(text.lines)
        let blocks = [[title] + failure + verdicts] + evidence + [problems]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var title: String {
        let target = observation.target
        let took = Units.seconds(observation.duration.seconds)
        return layout.ink.bold("\(target.kind.rawValue) \(layout.name(target))") + layout.ink.faint("  in \(took)")
    }

    private var failure: [String] {
        guard let failure = observation.failure else { return [] }
        return [layout.ink.red("FAILED  ") + terminalSafe(failure.description)] + advice(failure)
    }

    private var verdicts: [String] {
        findings.filter { $0.verdict != .notApplicable }.map { finding in
            let word = finding.verdict.rawValue.uppercased().padded(to: 8)
            return paint(word, finding)
                + "\(finding.severity) \(finding.alert)  \(terminalSafe(finding.summary))"
        }
    }

    private func paint(_ word: String, _ finding: Finding) -> String {
        switch finding.verdict {
        case .firing: layout.painted(word, finding.severity)
        case .pending: layout.ink.yellow(word)
        case .unknown: layout.ink.magenta(word)
        case .ok, .notApplicable: layout.ink.green(word)
        }
    }

    private var problems: [String] {
        observation.problems.flatMap { problem in
            [layout.ink.yellow("problem: ") + terminalSafe(problem.description)] + advice(problem)
        }
    }

    private func advice(_ error: ProbeError) -> [String] {
        error.advice.map { ["        → " + terminalSafe($0)] } ?? []
    }
}

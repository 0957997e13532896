import Diagnostics
import Runbook

extension SweepReport {
    /// For a ticket or a chat: the worst first, tables, and what to type in blocks that can be copied.
    ///
    /// - Parameter isWhole: all rows of all evidence.
    public func markdown(isWhole: Bool = false) -> String { MarkdownText(self, isWhole: isWhole).rendered() }
}

private struct MarkdownText {
    private let report: SweepReport
    private let evidence: MarkdownEvidence

    init(_ report: SweepReport, isWhole: Bool) {
        self.report = report
        evidence = MarkdownEvidence(limit: isWhole ? .max : 20)
    }

    func rendered() -> String {
        let blocks = [heading] + overview + firing + pending + unknown + inFull + problems + ok + notes
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        "# \(StatusWord(report.exitStatus).text): \(markdownSafe(report.inShort))\n\n"
            + "\(report.started), diag \(markdownSafe(report.version))"
    }

    /// One row for each alert at each target, where there are several.
    private var overview: [String] {
        let findings = report.findings(.firing)
        guard findings.count > 1 else { return [] }
        let rows = findings.map { finding in
            [
                "\(finding.severity)", finding.alert, finding.target?.name ?? "", finding.summary,
                report.circumstances(of: finding),
            ]
        }
        return [markdownTable(["", "alert", "target", "value", ""], rows)]
    }

    private var firing: [String] { report.firingParts.flatMap(blocks) }

    private func blocks(_ part: FiringPart) -> [String] {
        let first = part.first
        let title = "## \(first.severity) \(markdownSafe(first.alert)): \(markdownSafe(first.title))"
        let places = part.findings.map { finding in
            let target = finding.target?.nameAndAddress ?? ""
            let since = report.circumstances(of: finding)
            return "- **\(markdownSafe(target))**: \(markdownSafe(finding.summary))"
                + (since.isEmpty ? "" : ", \(markdownSafe(since))")
        }
        let shown = report.isSweep ? part.evidence.flatMap(evidence.blocks) : []
        return [title, places.joined(separator: "\n")] + shown + steps(part.steps)
    }

    private func steps(_ steps: [NextStep]) -> [String] {
        guard !steps.isEmpty else { return [] }
        let lines = steps.flatMap { step in
            ["# " + step.text + (step.changesSomething ? " (changes something)" : ""), step.command ?? ""]
        }
        return ["Next:", markdownCode(lines, language: "sh")]
    }

    private var pending: [String] {
        let rows = report.findings(.pending).map { finding in
            ["\(finding.severity)", finding.alert, finding.target?.name ?? "", finding.summary]
        }
        return rows.isEmpty ? [] : ["## Pending", markdownTable(["", "alert", "target", "value"], rows)]
    }

    private var unknown: [String] {
        let rows = report.unknownByReason.map { [$0.target?.name ?? "", $0.reason, $0.alerts.joined(separator: ", ")] }
        return rows.isEmpty ? [] : ["## Not judged", markdownTable(["target", "why", "alerts"], rows)]
    }

    private var inFull: [String] {
        report.shownInFull.flatMap { observation in
            let target = observation.target
            let failure = observation.failure.map { error in
                "**Failed:** " + markdownSafe("\(error)" + (error.advice.map { " → \($0)" } ?? ""))
            }
            return ["## \(target.kind.rawValue) \(markdownSafe(target.nameAndAddress))"] + (failure.map { [$0] } ?? [])
                + observation.evidence.flatMap(evidence.blocks)
        }
    }

    private var problems: [String] {
        let lines = report.problemsByText.map { targets, problem in
            "- " + markdownSafe("\(targets.map(\.name).joined(separator: ", ")): \(problem)")
                + (problem.advice.map { " → " + markdownSafe($0) } ?? "")
        }
        return lines.isEmpty ? [] : ["## Problems on the way", lines.joined(separator: "\n")]
    }

    private var ok: [String] {
        let rows = report.findings(.ok).map { [$0.alert, $0.target?.name ?? "", $0.summary] }
        return rows.isEmpty ? [] : ["## OK", markdownTable(["alert", "target", "value"], rows)]
    }

    private var notes: [String] { report.notes.map { "Note: " + markdownSafe($0) } }
}

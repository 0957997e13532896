import Diagnostics
import Runbook

/// A sweep for a person who has ten seconds: what fires first, the worst on top, each with its value, its evidence and
/// the next command; then a line each for what is pending, unknown and ok.
public struct SweepText: Sendable {
    private let report: SweepReport
    private let layout: TextLayout

    public init(_ report: SweepReport, layout: TextLayout) {
        self.report = report
        self.layout = layout
    }

    public func rendered() -> String {
        let blocks =
            [[headline]] + [overview] + firing.map(\.lines) + [
                pending + unknown, problems, ok, notWatched, report.notes.map(note),
            ]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var headline: String {
        let alerts = firing.count
        let counts =
            [(alerts, alerts == 1 ? "alert fires" : "alerts fire")]
            + [(Verdict.pending, "pending"), (.unknown, "unknown")].map { (report.findings($0).count, $1) }
        let said = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let targets = report.observations.count
        let took = "\(targets) target\(targets == 1 ? "" : "s") in \(Units.seconds(report.duration.seconds))"
        let rest = [said.isEmpty ? "nothing wrong" : said, took, "\(report.started)"]
        return StatusWord(report.exitStatus).painted(layout.ink) + "  " + rest.joined(separator: " · ")
    }

    /// One line for each alert that fires, where there are too many to see at a glance.
    private var overview: [String] {
        guard firing.count > 2 else { return [] }
        let rows = firing.map { $0.row.map { Cell.text($0) } }
        let table = TableLayout(
            Table(columns: ["", "alert", "target", "value", "for"], rows: rows), width: layout.width - 2)
        return zip(table.rowLines, report.firingAlerts).map { "  " + layout.painted($0, $1[0].severity) }
    }

    private var firing: [FindingText] {
        report.firingAlerts.map { FindingText(findings: $0, now: report.ended, layout: layout) }
    }

    private var pending: [String] {
        report.findings(.pending).map { finding in
            let given =
                finding.acknowledgement.map {
                    "; acknowledged \(LifeWords.acknowledgement($0, now: report.ended))"
                } ?? ""
            return layout.ink.yellow("PENDING")
                + "  \(finding.severity) \(place(finding))  \(terminalSafe(finding.summary))" + given
        }
    }

    /// One line for each reason, as one dead target leaves many alerts unknown.
    private var unknown: [String] {
        grouped(report.findings(.unknown)) { [$0.target?.name ?? "", $0.summary] }.map { findings in
            let names = unique(findings.map(\.alert)).joined(separator: ", ")
            let target = findings[0].target.map(layout.name) ?? ""
            return layout.ink.magenta("UNKNOWN") + "  \(layout.ink.bold(target)) \(terminalSafe(findings[0].summary))"
                + layout.ink.faint("  (\(names))")
        }
    }

    private var ok: [String] {
        let findings = report.findings(.ok)
        let names = grouped(findings) { [$0.alert] }.map { group in
            let targets = Set(group.compactMap(\.target)).count
            return group[0].alert + (targets > 1 ? " (\(targets) targets)" : "")
        }
        let resolved = findings.filter { $0.resolved != nil }.map { finding in
            let ago = finding.resolved.map { Units.seconds(max(0, report.ended.seconds(since: $0))) } ?? ""
            return layout.ink.green("RESOLVED") + " \(place(finding))  \(ago) ago: \(terminalSafe(finding.summary))"
        }
        return resolved + layout.list(layout.ink.green("OK") + "       ", names)
    }

    private var notWatched: [String] {
        let names = report.findings(.notApplicable).map(\.alert)
        return layout.list("NOT WATCHED  ", unique(names), suffix: names.isEmpty ? "" : " (no such target)").map(
            layout.ink.faint)
    }

    /// What went wrong on the way at targets that answered: a missing right, a malformed line. Each once, where several
    /// targets say the same.
    private var problems: [String] {
        let all = report.observations.flatMap { observation in observation.problems.map { (observation.target, $0) } }
        return grouped(all) { ["\($0.1)"] }.map { group in
            let names = group.map(\.0.name).joined(separator: ", ")
            let advice = group[0].1.advice.map { " → \($0)" } ?? ""
            return layout.ink.yellow("PROBLEM") + "  " + terminalSafe("\(names): \(group[0].1)\(advice)")
        }
    }

    private func note(_ text: String) -> String { layout.ink.faint("note: \(terminalSafe(text))") }

    private func place(_ finding: Finding) -> String {
        layout.ink.bold(finding.alert) + " " + (finding.target.map(layout.name) ?? "")
    }
}

/// Groups in the order of their first members.
func grouped<Item>(_ items: [Item], by key: (Item) -> [String]) -> [[Item]] {
    var order: [[String]] = []
    var groups: [[String]: [Item]] = [:]
    for item in items {
        if groups[key(item)] == nil { order.append(key(item)) }
        groups[key(item), default: []].append(item)
    }
    return order.compactMap { groups[$0] }
}

/// Each once, in the order of first appearance.
func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
}

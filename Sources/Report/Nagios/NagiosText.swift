import Diagnostics
import Runbook

/// A sweep or a command as the answer of a monitoring plugin: `STATUS - summary | numbers`, then the details, then more
/// numbers behind another `|` (Nagios 3 and its heirs, "Plugin API").
public struct NagiosText: Sendable {
    private let report: SweepReport
    private let isWhole: Bool

    /// - Parameter isWhole: all of it, however long: Icinga reads that; Nagios reads no more than 8 KiB (`MAX_PLUGIN_OUTPUT_LENGTH`).
    public init(_ report: SweepReport, isWhole: Bool = false) {
        self.report = report
        self.isWhole = isWhole
    }

    public func rendered() -> String {
        var room = Room(isWhole ? .max : 8000)
        let head = "\(StatusWord(report.checkStatus).text) - \(summary)"
        _ = room.takes(head + " | ")
        let judged = room.fitting(report.judgedPerformance.map(\.text), within: isWhole ? .max : 3000)
        // More of a single command's target; what a sweep measures is for the textfile.
        let measured = report.isSweep ? [] : report.measuredPerformance.map(\.text)
        let lines = room.fitting(details, within: measured.isEmpty || isWhole ? .max : 3500)
        let rest = room.fitting(measured, within: .max)
        let left = report.judgedPerformance.count + measured.count - judged.count - rest.count
        return assembled(head, judged, lines + note(lines: details.count - lines.count, numbers: left), rest)
    }

    /// The answer of a check that could not even begin.
    public static func failure(_ message: String) -> String {
        let words = message.hasPrefix("Error: ") ? message.dropFirst("Error: ".count) : message[...]
        let lines = words.split(separator: "\n").map { nagiosSafe(String($0)) }
        return "UNKNOWN - " + lines.joined(separator: "\n") + "\n"
    }

    private func assembled(_ head: String, _ judged: [String], _ lines: [String], _ rest: [String]) -> String {
        var text = head + (judged.isEmpty ? "" : " | " + judged.joined(separator: " "))
        for line in lines { text += "\n" + line }
        if !rest.isEmpty { text += (lines.isEmpty ? "\n" : " ") + "| " + rest.joined(separator: "\n") }
        return text + "\n"
    }

    private func note(lines: Int, numbers: Int) -> [String] {
        let what = [(lines, "lines"), (numbers, "numbers")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return what.isEmpty
            ? [] : ["… \(what.joined(separator: " and ")) left out: Nagios reads 8 KiB; --verbose has all"]
    }
}

/// How much may still be said.
private struct Room {
    /// In bytes of UTF-8.
    private var left: Int

    init(_ bytes: Int) { left = bytes }

    /// False, and nothing taken, where it does not fit.
    mutating func takes(_ text: String) -> Bool {
        guard text.utf8.count + 1 <= left else { return false }
        left -= text.utf8.count + 1
        return true
    }

    /// The first ones, as many as fit.
    mutating func fitting(_ texts: [String], within most: Int) -> [String] {
        var part = Room(min(most, left - 150))
        let fitting = Array(texts.prefix { part.takes($0) })
        left -= fitting.reduce(0) { $0 + $1.utf8.count + 1 }
        return fitting
    }
}

// MARK: - The first line

extension NagiosText {
    private var summary: String {
        let said = !report.troubles.isEmpty ? trouble : report.troubleRemarks.isEmpty ? calm : remarks
        return nagiosSafe(said.cut(to: 600))
    }

    private var trouble: String {
        let shown = report.troubles.prefix(5)
        let names = shown.map { finding in
            "\(finding.alert)\(place(finding)): \(finding.summary.cut(to: 160))"
        }
        let more = report.troubles.count - shown.count
        return (unique(names) + (more > 0 ? ["\(more) more"] : []) + others).joined(separator: "; ")
    }

    /// What a command calls trouble, where no alert fires for it.
    private var remarks: String {
        let all = report.troubleRemarks.map { seen in
            (report.observations.count > 1 ? seen.target.name + ": " : "") + seen.remark.text.cut(to: 200)
        }
        return (unique(Array(all.prefix(3))) + (all.count > 3 ? ["\(all.count - 3) more"] : []) + others).joined(
            separator: "; ")
    }

    private var calm: String {
        guard !report.isWithoutJudgement else { return blind }
        let targets = report.observations.count
        let words =
            targets == 1
            ? numbersFirst(report.findings(.ok)) : ["\(report.findings(.ok).count) checks at \(targets) targets"]
        return (report.checkStatus == .unknown ? others + words : words + others).joined(separator: "; ")
    }

    /// The first four that say something, those that only say yes behind them.
    private func numbersFirst(_ fine: [Finding]) -> [String] {
        let isPlain: (Finding) -> Bool = { if case .state = $0.unit { true } else { false } }
        let all = unique((fine.filter { !isPlain($0) } + fine.filter(isPlain)).map { $0.summary.cut(to: 160) })
        return all.prefix(4) + (all.count > 4 ? ["\(all.count - 4) more"] : [])
    }

    /// Why there is no verdict at all.
    private var blind: String {
        let reasons = (report.findings(.unknown) + report.unjudged).map { "\($0.alert)\(place($0)): \($0.summary)" }
        let failures = report.observations.compactMap { seen in seen.failure.map { "\(seen.target.name): \($0)" } }
        let said = unique(failures.isEmpty ? reasons : failures).prefix(3).joined(separator: "; ")
        return said.isEmpty ? "nothing was judged" : "nothing was judged: \(said)"
    }

    /// What is neither trouble nor well.
    private var others: [String] {
        let unknown = report.findings(.unknown)
        let silenced = report.findings(.firing).filter { $0.silence != nil }
        let lost = report.deliveries.filter { $0.failure != nil }
        let unjudged = grouped(report.unjudged) { [$0.summary] }.map { group in
            unique(group.map(\.alert)).joined(separator: ", ") + " (\(group[0].summary.cut(to: 120)))"
        }
        return [
            unknown.isEmpty || report.isWithoutJudgement
                ? nil
                : "unknown: " + unique(unknown.map { $0.alert + place($0) }).prefix(4).joined(separator: ", ")
                    + (unknown.count > 4 ? " and \(unknown.count - 4) more" : ""),
            unjudged.isEmpty ? nil : "not judged: " + unjudged.prefix(3).joined(separator: ", "),
            silenced.isEmpty ? nil : "\(silenced.count) silenced",
            lost.isEmpty ? nil : "could not tell " + lost.map(\.receiver).joined(separator: ", "),
        ].compactMap(\.self)
    }

    private func place(_ finding: Finding) -> String {
        guard report.observations.count > 1, let target = finding.target else { return "" }
        return " " + target.name
    }
}

// MARK: - The lines behind it

extension NagiosText {
    private var details: [String] {
        (firing + troubles + other(.pending) + other(.unknown) + notJudged + other(.ok) + problems
            + report.notes.map { "note: \($0)" })
            .map(nagiosSafe)
    }

    private var firing: [String] {
        let layout = TextLayout(
            ink: Ink(isColoured: false), width: 110, rows: isWhole ? .max : 5, pieces: isWhole ? .max : 2)
        return report.firingAlerts.flatMap { FindingText(findings: $0, now: report.ended, layout: layout).lines }
    }

    /// With what to type; those that stand below an alert already are not said again.
    private var troubles: [String] {
        let shown = firing.joined()
        return report.troubleRemarks.filter { !shown.contains(terminalSafe($0.remark.text)) }.flatMap {
            target, remark in
            ["TROUBLE  \(target.name): \(remark.text)"] + remark.next.map { "         → \($0)" }
        }
    }

    private func other(_ verdict: Verdict) -> [String] {
        report.findings(verdict).map { line(verdict.rawValue.uppercased(), $0) }
    }

    private var notJudged: [String] { report.unjudged.map { line("NOT JUDGED", $0) } }

    private func line(_ word: String, _ finding: Finding) -> String {
        "\(word.padded(to: 8)) \(finding.severity) \(finding.alert)\(place(finding)): \(finding.summary)"
    }

    private var problems: [String] {
        report.observations.flatMap { observation in
            observation.problems.map { problem in
                "PROBLEM  \(observation.target.name): \(problem)" + (problem.advice.map { " → \($0)" } ?? "")
            }
        }
    }
}

extension SweepReport {
    /// What makes a check fail, the worst first; what is silenced does not.
    fileprivate var troubles: [Finding] {
        (findings(.firing).filter { $0.silence == nil } + findings(.pending))
    }
}

import Diagnostics
import Runbook

/// An alert that fires, as a block: each target with its value and since when, the evidence, the next steps.
struct FindingText {
    /// Of one alert; at least one.
    let findings: [Finding]
    let now: Timestamp
    let layout: TextLayout

    var lines: [String] { [title] + indented(places + evidence + steps) }

    /// Only what it is and where.
    var head: [String] { [title] + places }

    /// A row of the overview.
    var row: [String] {
        let targets = unique(findings.compactMap { $0.target?.name }).joined(separator: ", ")
        let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
        let length = length(first).map { $0 < 1 ? "now" : Units.seconds($0) } ?? ""
        return ["\(first.severity)", first.alert, targets, first.summary + more, length]
    }

    private var first: Finding { findings[0] }

    private var title: String {
        layout.painted("FIRING   \(first.severity) \(first.alert)", first.severity)
            + layout.ink.faint("  \(first.title)")
    }

    private var places: [String] {
        findings.map { finding in
            let target = finding.target.map(layout.name) ?? ""
            return "\(target): " + layout.ink.bold(terminalSafe(finding.summary))
                + layout.ink.faint("  " + since(finding)) + silence(finding)
        }
    }

    private func silence(_ finding: Finding) -> String {
        finding.silence.map { layout.ink.yellow("  " + terminalSafe($0.sentence)) } ?? ""
    }

    private func since(_ finding: Finding) -> String {
        guard let since = finding.began ?? finding.since, let length = length(finding) else { return "" }
        let back = finding.flaps > 0 ? ", came back \(finding.flaps) times" : ""
        let kept = finding.dips > 0 ? ", held again \(finding.dips) times while kept firing" : ""
        let given = finding.acknowledgement.map { "; acknowledged \(LifeWords.acknowledgement($0, now: now))" } ?? ""
        let more = back + kept + given
        return length < 1 ? "just now\(more)" : "since \(since.clock) (\(Units.seconds(length)))\(more)"
    }

    /// In seconds, since the condition began to hold.
    private func length(_ finding: Finding) -> Double? {
        (finding.began ?? finding.since).map { max(0, now.seconds(since: $0)) }
    }

    /// That of the first target that has any: the others' looks the same. All of it with `--verbose`.
    private var evidence: [String] {
        let text = EvidenceText(ink: layout.ink, width: layout.width - 3, limit: layout.rows)
        let all =
            layout.pieces == .max
            ? findings.flatMap(\.evidence) : findings.first { !$0.evidence.isEmpty }?.evidence ?? []
        let left = all.count - min(all.count, layout.pieces)
        let more =
            left > 0 ? [layout.ink.faint("… \(left) more piece\(left == 1 ? "" : "s") of evidence with --verbose")] : []
        return all.prefix(layout.pieces).flatMap(text.lines) + more
    }

    /// The first that look, and the first that would change something.
    private var steps: [String] {
        let looks = first.nextSteps.filter { !$0.changesSomething && $0.command != nil }.prefix(2)
        let acts = first.nextSteps.filter { $0.changesSomething && $0.command != nil }.prefix(1)
        return looks.flatMap { step("look", $0) } + acts.flatMap { step("then", $0) }
    }

    /// A command is never cut, so that it can be copied.
    private func step(_ word: String, _ step: NextStep) -> [String] {
        let (command, text) = (terminalSafe(step.command ?? ""), terminalSafe(step.text))
        let arrow = layout.ink.faint("\(word) → ")
        let fits = command.count + text.count + 13 <= layout.width
        return fits
            ? [arrow + layout.ink.bold(command) + layout.ink.faint("   \(text)")]
            : [arrow + layout.ink.faint(text + ":"), "       " + layout.ink.bold(command)]
    }

    private func indented(_ lines: [String]) -> [String] { lines.map { "   " + $0 } }
}

extension Timestamp {
    /// `14:05:09Z`: the time of day is enough for what began a moment ago.
    var clock: String { String(description.dropFirst(11)) }
}

import Diagnostics
import Runbook

/// A finding that fires, as a block: what and where, since when, the value, the evidence, the next steps.
struct FindingText {
    let finding: Finding
    let now: Timestamp
    let layout: TextLayout

    var lines: [String] {
        [title] + indented([layout.ink.bold(terminalSafe(finding.summary))] + evidence + steps)
    }

    private var title: String {
        let colour = finding.severity <= .p2 ? layout.ink.red : layout.ink.yellow
        let labels = finding.labels.isEmpty ? "" : " " + terminalSafe(finding.labels.description)
        let target = finding.target.map(layout.name) ?? ""
        return colour("FIRING   \(finding.severity) \(finding.alert)") + "  \(target)\(labels)"
            + layout.ink.faint(since)
    }

    private var since: String {
        guard let since = finding.began ?? finding.since else { return "" }
        let length = max(0, now.seconds(since: since))
        let flaps = finding.flaps > 0 ? ", came back \(finding.flaps) times" : ""
        return length < 1 ? "  just now\(flaps)" : "  since \(since.clock) (\(Units.seconds(length)))\(flaps)"
    }

    private var evidence: [String] {
        let text = EvidenceText(ink: layout.ink, width: layout.width - 3, limit: layout.rows)
        let shown = finding.evidence.prefix(layout.pieces).flatMap(text.lines)
        let more = finding.evidence.count - layout.pieces
        return shown
            + (more > 0
                ? [layout.ink.faint("… \(more) more piece\(more == 1 ? "" : "s") of evidence with --verbose")] : [])
    }

    /// The first that look, and the first that would change something.
    private var steps: [String] {
        let looks = finding.nextSteps.filter { !$0.changesSomething && $0.command != nil }.prefix(2)
        let acts = finding.nextSteps.filter { $0.changesSomething && $0.command != nil }.prefix(1)
        return looks.map { step("look", $0) } + acts.map { step("then", $0) }
    }

    private func step(_ word: String, _ step: NextStep) -> String {
        let command = step.command.map { terminalSafe($0) } ?? ""
        return layout.ink.faint("\(word) → ") + layout.ink.bold(command)
            + layout.ink.faint("   \(terminalSafe(step.text))")
    }

    private func indented(_ lines: [String]) -> [String] { lines.map { "   " + $0 } }
}

extension Timestamp {
    /// `14:05:09Z`: the time of day is enough for what began a moment ago.
    var clock: String { String(description.dropFirst(11)) }
}

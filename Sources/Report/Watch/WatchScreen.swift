import Diagnostics
import Runbook

/// A model as the lines of a terminal of some size: never more lines than it has rows, none wider than it has columns.
/// What does not fit into a line goes on in the next; what does not fit on the screen is reached by moving.
public struct WatchScreen {
    private let model: WatchModel
    private let ink: Ink
    private let width: Int
    private let height: Int
    private let now: Timestamp

    /// - Parameter now: what ages are counted up to.
    public init(_ model: WatchModel, ink: Ink, width: Int, height: Int, now: Timestamp) {
        self.model = model
        self.ink = ink
        self.width = max(20, width)
        self.height = max(4, height)
        self.now = now
    }

    public var lines: [String] {
        let (head, foot) = (head, foot)
        let room = max(1, height - head.count - foot.count)
        let body = window(room)
        let padding = Array(repeating: "", count: max(0, room - body.count))
        return Array((head + body + padding + foot).prefix(height))
    }

    /// How many lines the middle has, for moving by pages.
    public var room: Int { max(1, height - head.count - foot.count) }

    // MARK: Top and bottom

    private var head: [String] {
        guard let report = model.report else { return [ink.faint("looking…"), ""] }
        let status = StatusWord(report.exitStatus)
        let counts = [(Verdict.firing, "firing"), (.pending, "pending"), (.unknown, "unknown")]
            .map { (report.findings($0.0).count, $0.1) }.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let said = counts.isEmpty ? "nothing wrong" : counts.joined(separator: ", ")
        let took = "\(report.observations.count) targets in \(Units.seconds(report.duration.seconds))"
        let rhythm = model.isPaused ? "PAUSED" : "every \(Units.seconds(model.interval))"
        let texts = [said, took, report.started.clock, rhythm]
        let lines = flow([status.text] + texts, separator: "  ")
        let first = lines[0].dropFirst(status.text.count)
        return [status.painted(ink) + first] + lines.dropFirst() + [""]
    }

    private var foot: [String] {
        if model.isFiltering { return [cut("/\(model.filter)█  Enter keeps, Esc clears")] }
        if model.isHelping { return [ink.faint(cut("↑↓ scroll  any other key goes back"))] }
        let keys =
            model.opened == nil
            ? [
                "↑↓ move", "Enter evidence", "Tab \(model.page == .alerts ? "targets" : "alerts")",
                "s \(model.order.rawValue)",
                "/ filter", "p pause", "? help", "q quit",
            ]
            : ["↑↓ scroll", "Tab next", "Esc back", "p pause", "? help"]
        let filter = model.filter.isEmpty ? [] : ["/\(terminalSafe(model.filter))"]
        // On a narrow terminal the first keys, and help for the others.
        let line = fitting(filter + keys, keeping: "? help")
        return [ink.faint(line)]
    }

    private func fitting(_ words: [String], keeping last: String) -> String {
        var words = words
        while words.joined(separator: "  ").count > width, let place = words.lastIndex(where: { $0 != last }) {
            words.remove(at: place)
        }
        return cut(words.joined(separator: "  "))
    }

    // MARK: The middle

    private func window(_ room: Int) -> [String] {
        if model.isHelping { return scrolled(help, room, from: model.helpOffset) }
        if let opened = model.opened { return scrolled(detail(opened), room, from: model.offset) }
        return list(room)
    }

    /// The rows around the selected one, each whole.
    private func list(_ room: Int) -> [String] {
        let rows = model.rows
        guard !rows.isEmpty else { return flow([nothing], separator: " ") }
        let blocks = rows.map { row in block(row, isSelected: row.id == model.selected) }
        let place = rows.firstIndex { $0.id == model.selected } ?? 0
        let all = blocks.flatMap(\.self)
        guard all.count > room else { return all }
        let begin = blocks.prefix(place).reduce(0) { $0 + $1.count }
        let end = begin + blocks[place].count
        // The selected row in the middle, but nothing empty at either end.
        let first = max(0, min((begin + end - room) / 2, all.count - room))
        return Array(all[first..<(first + room)])
    }

    private var nothing: String {
        if model.report == nil { return "the first round is under way" }
        if !model.filter.isEmpty { return "nothing fits '\(terminalSafe(model.filter))'; Esc clears the filter" }
        return model.page == .alerts ? "nothing fires, is pending or unknown; a shows what is fine" : "no targets"
    }

    private func block(_ row: WatchModel.Row, isSelected: Bool) -> [String] {
        let words = words(row)
        let texts = [words.head, words.text].filter { !$0.isEmpty }
        let lines = flow(texts, separator: "  ", indent: "  ", width: width - 2)
        return lines.enumerated().map { index, line -> String in
            let isFirst = index == 0
            let mark = isFirst && isSelected ? "▶ " : "  "
            let coloured = isFirst ? painted(line, words.colour) : line
            return mark + (isSelected && !ink.isColoured ? line : isSelected ? ink.bold(coloured) : coloured)
        }
    }

    private enum Colour { case red, yellow, magenta, green, none }

    private func painted(_ line: String, _ colour: Colour) -> String {
        switch colour {
        case .red: ink.red(line)
        case .yellow: ink.yellow(line)
        case .magenta: ink.magenta(line)
        case .green: ink.green(line)
        case .none: line
        }
    }

    /// What a row begins with, what follows, and its colour.
    private func words(_ row: WatchModel.Row) -> (head: String, text: String, colour: Colour) {
        switch row.id {
        case .target: model.observation(row.id).map(words) ?? ("", "", .none)
        case .finding: model.finding(row.id).map(words) ?? ("", "", .none)
        }
    }

    private func words(_ observation: Observation) -> (head: String, text: String, colour: Colour) {
        let target = observation.target
        let state = observation.failure.map { terminalSafe($0.description) } ?? "answered"
        let took = Units.seconds(observation.duration.seconds)
        let head = "\(target.kind.rawValue) \(terminalSafe(target.name))"
        return (head, "\(state)  \(took)", observation.failure == nil ? .none : .red)
    }

    private func words(_ finding: Finding) -> (head: String, text: String, colour: Colour) {
        let place = terminalSafe(finding.target?.name ?? "")
        let head = "\(verdict(finding)) \(finding.severity) \(finding.alert) \(place)"
        return (head, terminalSafe(finding.summary) + since(finding), colour(finding))
    }

    private func verdict(_ finding: Finding) -> String {
        switch finding.verdict {
        case .firing: "FIRING"
        case .pending: "PENDING"
        case .unknown: "UNKNOWN"
        case .ok: finding.resolved == nil ? "OK" : "RESOLVED"
        case .notApplicable: ""
        }
    }

    private func colour(_ finding: Finding) -> Colour {
        switch finding.verdict {
        case .firing: finding.severity <= .p2 ? .red : .yellow
        case .pending: .yellow
        case .unknown: .magenta
        case .ok, .notApplicable: .green
        }
    }

    private func since(_ finding: Finding) -> String {
        guard let since = finding.began ?? finding.since else { return "" }
        let given = finding.acknowledgement.map { ", acknowledged by \(terminalSafe($0.by))" } ?? ""
        return "  for \(LifeWords.length(now.seconds(since: since)))\(given)"
    }

    // MARK: What is opened

    private func detail(_ id: WatchModel.Row.ID) -> [String] {
        let layout = TextLayout(ink: ink, width: width, rows: .max, pieces: .max)
        switch id {
        case .target:
            guard let observation = model.observation(id), let report = model.report else { return gone }
            let own = report.findings.filter { $0.target == observation.target }
            return split(ObservationText(observation, findings: own, layout: layout).rendered())
        case .finding:
            guard let finding = model.finding(id) else { return gone }
            return FindingDetail(finding: finding, now: now, layout: layout).lines.flatMap(folded)
        }
    }

    private var gone: [String] { flow(["it is no longer there; Esc goes back"], separator: " ") }

    private func split(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).flatMap(folded)
    }

    /// Nothing is cut: a line that is too long goes on in the next.
    private func folded(_ line: String) -> [String] { Folding.lines(line, width: width) }

    private func scrolled(_ lines: [String], _ room: Int, from offset: Int) -> [String] {
        let first = max(0, min(offset, lines.count - room))
        return Array(lines.dropFirst(first).prefix(room))
    }

    // MARK: Help

    private var help: [String] {
        [
            ("↑ ↓, j k", "move, or scroll"), ("PgUp PgDn", "by a page"), ("g G", "to the first, the last"),
            ("Enter", "the evidence and what to do next"), ("Esc", "back; clears the filter"),
            ("Tab", "alerts or targets; in the evidence the next one"), ("s", "by severity, target, age"),
            ("/", "only what has a word in it"), ("a", "what is fine too"), ("p, Space", "pause, and go on"),
            ("r", "look now"), ("q, ^C", "quit; the exit code is the last verdict"),
        ].flatMap { key, text in
            flow([key.padded(to: 10), text], separator: " ", indent: String(repeating: " ", count: 11))
        }
    }

    // MARK: Lines

    private func cut(_ text: String) -> String { text.cut(to: width) }

    /// Words one behind the other, and in the next line where they do not fit; a word that is too long for any is broken.
    private func flow(
        _ texts: [String], separator: String, indent: String = "", width: Int? = nil
    ) -> [String] {
        let width = width ?? self.width
        var lines: [String] = []
        var line = ""
        for text in texts {
            let gap = line.isEmpty || line == indent ? "" : separator
            if line.count + gap.count + text.count <= width {
                line += gap + text
                continue
            }
            if !line.isEmpty, line != indent, indent.count + text.count <= width {
                lines.append(line)
                line = indent + text
                continue
            }
            let whole = Folding.lines(line + gap + text, width: width, indent: indent)
            lines += whole.dropLast()
            line = whole.last ?? ""
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

/// A finding with all that can be told of it.
private struct FindingDetail {
    let finding: Finding
    let now: Timestamp
    let layout: TextLayout

    var lines: [String] {
        let text = EvidenceText(ink: layout.ink, width: layout.width, limit: .max)
        return FindingText(findings: [finding], now: now, layout: layout).head
            + [""] + finding.evidence.flatMap { text.lines($0) + [""] } + steps
    }

    private var steps: [String] {
        finding.nextSteps.flatMap { step in
            let arrow = layout.ink.faint(step.changesSomething ? "then → " : "look → ")
            return [arrow + terminalSafe(step.text)]
                + (step.command.map { ["       " + layout.ink.bold(terminalSafe($0))] } ?? [])
        }
    }
}

/// Long lines broken so that nothing of them is lost.
enum Folding {
    /// At spaces where there is one behind the first fifth, else anywhere. Escape sequences that colour take no room, and what is
    /// coloured stays so in the next line.
    static func lines(_ text: String, width: Int, indent: String = "") -> [String] {
        guard visibleWidth(text) > width else { return [text] }
        var lines: [String] = []
        var rest = Array(text)
        var prefix = ""
        while visibleWidth(String(rest)) > width - prefix.count {
            let place = breakPlace(rest, width - prefix.count)
            lines.append(prefix + String(rest[..<place]).trimmedEnd + (hasColour(rest[..<place]) ? "\u{1B}[0m" : ""))
            let colour = lastColour(rest[..<place])
            rest = Array(colour) + rest[place...].drop { $0 == " " }
            prefix = indent
        }
        return lines + [prefix + String(rest)]
    }

    private static func breakPlace(_ text: [Character], _ width: Int) -> Int {
        var (column, place, space) = (0, 0, 0)
        var isEscape = false
        for (index, character) in text.enumerated() {
            if isEscape {
                isEscape = character != "m"
            } else if character == "\u{1B}" {
                isEscape = true
            } else {
                if column == width { break }
                if character == " ", column >= width / 5 { space = index }
                column += 1
            }
            place = index + 1
        }
        return space > 0 ? space : max(1, place)
    }

    private static func hasColour(_ text: ArraySlice<Character>) -> Bool { !lastColour(text).isEmpty }

    /// The sequence that still counts at the end.
    private static func lastColour(_ text: ArraySlice<Character>) -> String {
        guard let escape = text.lastIndex(of: "\u{1B}") else { return "" }
        let sequence = String(text[escape...].prefix { $0 != "m" }) + "m"
        return sequence == "\u{1B}[0m" ? "" : sequence
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

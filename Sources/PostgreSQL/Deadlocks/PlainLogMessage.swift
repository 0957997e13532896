/// A message in the plain format: a head and parts, each of them a line with the prefix, a label, a colon and two spaces;
/// further lines of a part begin with a tab.
///
///     2026-11-23 17:24:47.790 UTC [23657] app@app first ERROR:  deadlock detected
///     2026-11-23 17:24:47.790 UTC [23657] app@app first DETAIL:  Process 23657 waits for …
///     	Process 23658 waits for …
///
/// The server writes a message in one piece, so nobody else's lines come between.
struct PlainLogMessage {
    private struct Part {
        let label: String
        var text: String
    }

    private var parts: [Part] = []

    /// Nil when no message about a deadlock begins there.
    static func deadlock(in log: LogText, at line: Int) -> (DeadlockReport, end: Int)? {
        let (first, next) = log.line(at: line)
        guard let head = LabelledLine(first), head.isDeadlock else { return nil }
        var message = PlainLogMessage()
        let end = message.read(log, from: next, behind: head)
        return (message.report(PlainLogTime.of(first), isEnglish: head.text.hasSuffix("deadlock detected")), end)
    }

    /// - Returns: where the next message begins.
    private mutating func read(_ log: LogText, from start: Int, behind head: LabelledLine) -> Int {
        var place = start
        while place < log.count {
            let (line, next) = log.line(at: place)
            if let more = LabelledLine.continuation(line) {
                if !parts.isEmpty { parts[parts.count - 1].text += "\n" + more }
            } else if let part = LabelledLine(line), part.belongs(with: head) {
                parts.append(Part(label: part.label, text: part.text))
            } else {
                break
            }
            place = next
        }
        return place
    }

    /// In other languages parts are known by their shape: the detail by its waits, the statement as the last.
    private func report(_ time: String?, isEnglish: Bool) -> DeadlockReport {
        let detail = text("DETAIL") ?? parts.first { !DeadlockDetail($0.text).waits.isEmpty }?.text
        let others = parts.filter { $0.text != detail }
        return DeadlockReport(
            time: time, detail: detail,
            context: text("CONTEXT") ?? others.first { $0.text.contains(/\(\d+,\d+\)/) }?.text,
            statement: text("STATEMENT") ?? (isEnglish ? nil : others.last?.text))
    }

    private func text(_ label: String) -> String? { parts.first { $0.label == label }?.text }
}

/// A line with a prefix of anybody's making, a label and a text: `… ERROR:  deadlock detected`.
private struct LabelledLine {
    let prefix: String
    let label: String
    let text: String

    /// Nil when the line has no label.
    init?(_ line: String) {
        let line = Self.withoutSyslog(line)
        guard let colon = line.firstRange(of: ":  ") else { return nil }
        // French sets a space before the colon.
        let head = line[..<colon.lowerBound].trimmingSuffix { $0 == " " || $0 == "\u{A0}" }
        let label = head.suffix(while: \.isLetter)
        guard !label.isEmpty else { return nil }
        prefix = String(head[..<label.startIndex])
        self.label = String(label)
        text = String(line[colon.upperBound...])
    }

    /// `ERROR:  deadlock detected`, `ERROR:  40P01: …` of a verbose log, or a prefix with %e.
    var isDeadlock: Bool {
        text == "deadlock detected" || text.hasPrefix("40P01: ")
            || prefix.contains("40P01") && !["LOG", "DETAIL", "HINT", "CONTEXT", "STATEMENT"].contains(label)
    }

    /// Parts of one message have the same prefix, but for a number of lines (%l), which goes up.
    func belongs(with head: LabelledLine) -> Bool {
        guard label != head.label, !Self.severities.contains(label) else { return false }
        if prefix == head.prefix { return true }
        let (mine, others) = (Self.pieces(prefix), Self.pieces(head.prefix))
        guard mine.count == others.count else { return false }
        let different = zip(mine, others).filter { $0 != $1 }
        guard different.count == 1, let (a, b) = different.first, let more = Int(a), let less = Int(b) else {
            return false
        }
        return more > less && more - less < 10
    }

    /// What begins another message, where the server speaks English.
    private static let severities: Set = ["LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO"]

    /// Runs of digits and what stands between them.
    private static func pieces(_ text: String) -> [Substring] {
        var pieces: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let piece = rest.prefix { $0.isNumber == first.isNumber }
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    /// The text of a further line; nil when the line begins something else.
    static func continuation(_ line: String) -> String? {
        let plain = withoutSyslog(line)
        if plain.hasPrefix("\t") { return String(plain.dropFirst()) }
        // What syslog daemons make of a tab.
        return plain.hasPrefix("#011") ? String(plain.dropFirst(4)) : nil
    }

    /// Without what syslog puts before it, the process's own numbering included: `… postgres[23657]: [7-1] `.
    private static func withoutSyslog(_ line: String) -> String {
        guard let match = line.prefix(200).firstMatch(of: /\]: \[\d+-\d+\] ?/) else { return line }
        return String(line[match.range.upperBound...])
    }
}

/// When a message was written, in the log's own words.
private enum PlainLogTime {
    /// `%m` and `%t` with their zone, or else `%n`, or else what syslog says.
    static func of(_ line: String) -> String? {
        let head = line.prefix(200)
        let full = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( [A-Z]{2,5}\b| ?[+-]\d\d(:?\d\d)?)?/
        if let match = head.firstMatch(of: full) { return String(match.output.0) }
        if let match = head.firstMatch(of: /\b1\d{9}\.\d{3}\b/) { return String(match.output) }
        let syslog = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+)/
        return head.firstMatch(of: syslog).map { String($0.output.0) }
    }
}

extension Substring {
    fileprivate func suffix(while fits: (Character) -> Bool) -> Substring {
        self[(lastIndex { !fits($0) }.map(index(after:)) ?? startIndex)...]
    }

    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> Substring {
        self[..<(lastIndex { !isTrimmed($0) }.map(index(after:)) ?? startIndex)]
    }
}

import Diagnostics
import Report

/// The terminal's second screen (xterm's "alternate screen buffer"), redrawn in place; what stood on the first is there
/// again afterwards, and below it the last frame, whole.
struct Screen {
    /// Whether output goes to a terminal that can do so.
    static var isPossible: Bool { Terminal.isOutput && Environment.variables["TERM"] != "dumb" }

    /// Rows of each table: several should find room.
    static var tableRows: Int { isPossible ? max(5, Terminal.height / 3) : 40 }

    private var frame = ""
    private var isEntered = false
    /// What stands on it now, line by line; empty when nobody knows.
    private var shown: [String] = []

    /// Shows a heading and as many lines below it as there is room for; what has no room is counted.
    ///
    /// - Throws: `OutputError`.
    mutating func draw(_ heading: String, _ text: String) throws(OutputError) {
        frame = "\(heading)\n\n\(text)"
        let lines = Self.fitting(frame, width: Terminal.width, height: Terminal.height)
        // Home, each line with the rest of its old one erased, then all below: no flicker, unlike clearing first.
        let body = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n")
        try Output.write((isEntered ? "" : "\u{1B}[?1049h\u{1B}[?25l") + "\u{1B}[H" + body + "\u{1B}[J")
        isEntered = true
    }

    /// Shows these lines, of which there are no more than the terminal has, none too long for it. Only those that are others than
    /// before are written, and between the marks of a synchronised update (terminals that don't know them take no notice):
    /// nothing flickers, and little goes over a slow line.
    ///
    /// - Throws: `OutputError`.
    mutating func draw(_ lines: [String]) throws(OutputError) {
        let isNew = shown.count != lines.count
        let enter = isEntered ? "" : "\u{1B}[?1049h\u{1B}[?25l"
        let changed = lines.enumerated().filter { isNew || shown[$0.offset] != $0.element }
        guard isNew || !changed.isEmpty else { return }
        let text = changed.map { "\u{1B}[\($0.offset + 1);1H\($0.element)\u{1B}[0m\u{1B}[K" }.joined()
        try Output.write("\u{1B}[?2026h" + enter + (isNew ? "\u{1B}[2J" : "") + text + "\u{1B}[?2026l")
        (isEntered, shown) = (true, lines)
    }

    /// Back to the first screen, with the last frame: it can be read and copied after ^C.
    func leave() {
        guard isEntered else { return }
        try? Output.write("\u{1B}[?25h\u{1B}[?1049l" + frame)
    }

    /// Lines that fit, counting that a long one takes several rows.
    static func fitting(_ text: String, width: Int, height: Int) -> [String] {
        let all = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let lines = all.last == "" ? Array(all.dropLast()) : all
        let heights = lines.map { max(1, (visibleWidth($0) + width - 1) / width) }
        guard heights.reduce(0, +) > height else { return lines }
        var room = height - 1
        let count = heights.prefix { rows in
            room -= rows
            return room >= 0
        }.count
        return lines.prefix(count) + ["… \(lines.count - count) more lines: enlarge the window, or name one target"]
    }
}

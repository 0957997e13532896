import Diagnostics

/// The terminal's second screen (xterm's "alternate screen buffer"), redrawn in place; what stood on the first is there
/// again afterwards, and below it the last frame, whole.
struct Screen {
    /// Whether output goes to a terminal that can do so.
    static var isPossible: Bool { Terminal.isOutput && Environment.variables["TERM"] != "dumb" }

    /// Rows of each table: several should find room.
    static var tableRows: Int { isPossible ? max(5, Terminal.height / 3) : 40 }

    private var frame = ""
    private var isEntered = false

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

    /// Characters without the escape sequences that colour them (ESC [ … m).
    static func visibleWidth(_ line: String) -> Int {
        var isEscape = false
        return line.reduce(0) { width, character in
            if isEscape {
                isEscape = character != "m"
            } else if character == "\u{1B}" {
                isEscape = true
            } else {
                return width + 1
            }
            return width
        }
    }
}

import Diagnostics
import Runbook

/// How text is laid out: colours, width, and how much evidence is shown.
public struct TextLayout: Sendable {
    public let ink: Ink
    /// Columns of the terminal.
    public let width: Int
    /// Rows shown of each table, lines of each tree.
    public let rows: Int
    /// Pieces of evidence shown for each finding.
    public let pieces: Int

    public init(ink: Ink, width: Int, rows: Int = 5, pieces: Int = 3) {
        self.ink = ink
        self.width = max(40, width)
        self.rows = rows
        self.pieces = pieces
    }

    /// The colour of a severity: red for those that page, yellow for the others.
    func painted(_ text: String, _ severity: Severity) -> String {
        severity <= .p2 ? ink.red(text) : ink.yellow(text)
    }

    func name(_ target: Target) -> String {
        terminalSafe(target.name == target.address ? target.name : "\(target.name) (\(target.address))")
    }

    /// Names after a heading, broken at the width and indented below it; nothing at all without names.
    func list(_ heading: String, _ names: [String], suffix: String = "") -> [String] {
        guard !names.isEmpty else { return [] }
        let indent = String(repeating: " ", count: 9)
        var lines = [heading]
        var isFresh = true
        for (index, name) in names.enumerated() {
            let text = name + (index == names.count - 1 ? suffix : ",")
            if !isFresh, lines[lines.count - 1].count + text.count + 1 > width {
                lines.append(indent)
                isFresh = true
            }
            lines[lines.count - 1] += (isFresh ? "" : " ") + text
            isFresh = false
        }
        return lines
    }
}

/// `CRITICAL`, `WARNING`, `UNKNOWN`, `OK`, as monitoring plugins say it.
struct StatusWord {
    let text: String
    private let status: ExitStatus

    init(_ status: ExitStatus) {
        self.status = status
        text =
            switch status {
            case .ok: "OK"
            case .warning: "WARNING"
            case .critical: "CRITICAL"
            case .unknown: "UNKNOWN"
            }
    }

    func painted(_ ink: Ink) -> String {
        switch status {
        case .ok: ink.green(text)
        case .warning: ink.yellow(text)
        case .critical: ink.red(text)
        case .unknown: ink.magenta(text)
        }
    }
}

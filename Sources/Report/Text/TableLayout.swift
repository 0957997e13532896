import Diagnostics

/// A table as aligned lines of text.
struct TableLayout {
    private let header: [String]
    private let rows: [[String]]
    private let rightAligned: [Bool]
    private let widths: [Int]

    /// Cells are cut so that no line is longer than `width`; the widest columns give first.
    init(_ table: Table, width: Int) {
        let rows = table.rows.map { $0.map(\.text) }
        header = table.columns.map { terminalSafe($0.name) }
        self.rows = rows
        rightAligned = table.columns.indices.map { column in
            table.rows.contains { $0[column].isNumeric }
                && table.rows.allSatisfy { $0[column].isNumeric || $0[column] == .none }
        }
        let natural = zip(header.indices, header).map { column, name in
            rows.reduce(name.count) { max($0, $1[column].count) }
        }
        widths = Self.fitted(natural, into: width)
    }

    var headerLine: String { line(header) }
    var rowLines: [String] { rows.map(line) }

    private func line(_ cells: [String]) -> String {
        let last = cells.count - 1
        return cells.enumerated().map { column, text in
            let cell = text.cut(to: widths[column])
            if rightAligned[column] { return cell.leftPadded(to: widths[column]) }
            return column == last ? cell : cell.padded(to: widths[column])
        }.joined(separator: "  ")
    }

    private static func fitted(_ natural: [Int], into width: Int) -> [Int] {
        var widths = natural
        var excess = natural.reduce(2 * (natural.count - 1), +) - width
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}

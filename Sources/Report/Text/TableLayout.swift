import Diagnostics

/// A table as aligned lines of text, none longer than a width where that can be done.
///
/// What doesn't fit gives way in this order: columns that are empty in every row, headings (broken at underscores and
/// spaces), long texts (cut, the widest first). Numbers are never cut.
struct TableLayout {
    private struct Column {
        let name: String
        let cells: [String]
        let isNumeric: Bool
        var width: Int
    }

    private let columns: [Column]
    private let rowCount: Int

    init(_ table: Table, width: Int) {
        rowCount = table.rows.count
        var columns = table.columns.indices.map { Self.column(table, $0) }
        if Self.total(columns) > width { columns.removeAll { $0.cells.allSatisfy { $0 == Cell.none.text } } }
        if Self.total(columns) > width { columns = columns.map(Self.narrowed) }
        while Self.total(columns) > width, let widest = Self.widestText(columns) { columns[widest].width -= 1 }
        self.columns = columns
    }

    var headerLines: [String] {
        let names = columns.map { Self.wrapped($0.name, to: $0.width) }
        let height = names.map(\.count).max() ?? 0
        return (0..<height).map { line in
            self.line { column, index in
                // Short headings stand at the bottom, on top of their values.
                let above = height - names[index].count
                return line < above ? "" : names[index][line - above]
            }
        }
    }

    var rowLines: [String] {
        (0..<rowCount).map { row in line { column, _ in column.cells[row].cut(to: column.width) } }
    }

    private func line(_ text: (Column, Int) -> String) -> String {
        let cells = columns.enumerated().map { index, column in
            let cell = text(column, index)
            return column.isNumeric ? cell.leftPadded(to: column.width) : cell.padded(to: column.width)
        }
        let line = cells.joined(separator: "  ")
        return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }

    private static func column(_ table: Table, _ index: Int) -> Column {
        let name = terminalSafe(table.columns[index].name)
        let cells = table.rows.map { $0[index].text }
        let isNumeric =
            table.rows.contains { $0[index].isNumeric }
            && table.rows.allSatisfy { $0[index].isNumeric || $0[index] == .none }
        return Column(
            name: name, cells: cells, isNumeric: isNumeric, width: cells.reduce(name.count) { max($0, $1.count) })
    }

    private static func total(_ columns: [Column]) -> Int {
        columns.reduce(2 * (columns.count - 1)) { $0 + $1.width }
    }

    private static func narrowed(_ column: Column) -> Column {
        var column = column
        let longestPart = parts(column.name).map(\.count).max() ?? 0
        column.width = column.cells.reduce(longestPart) { max($0, $1.count) }
        return column
    }

    private static func widestText(_ columns: [Column]) -> Int? {
        columns.indices.filter { !columns[$0].isNumeric && columns[$0].width > 10 }
            .max { columns[$0].width < columns[$1].width }
    }

    /// A heading in lines of whole parts.
    private static func wrapped(_ name: String, to width: Int) -> [String] {
        parts(name).reduce(into: [String]()) { lines, part in
            if let last = lines.last, last.count + part.count <= width {
                lines[lines.count - 1] = last + part
            } else {
                lines.append(part.cut(to: width))
            }
        }
    }

    /// `not_replayed` in `not_` and `replayed`.
    private static func parts(_ name: String) -> [String] {
        name.reduce(into: [""]) { parts, character in
            parts[parts.count - 1].append(character)
            if character == "_" || character == " " { parts.append("") }
        }.filter { !$0.isEmpty }
    }
}

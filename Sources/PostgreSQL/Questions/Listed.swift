import Diagnostics
import Queries

/// A row that is shown as it came: the header of its question says what each column is, and in which unit.
protocol Listed: Answer {
    var row: Row { get }
    init(row: Row)
    /// Columns that are the same in every row, and told in a sentence.
    static var hidden: Set<String> { get }
}

extension Listed {
    static var hidden: Set<String> { [] }

    init(_ row: Row) throws(RowError) { self.init(row: row) }

    /// Nil where it is NULL or no number.
    func number(_ column: String) -> Double? { (try? row.getIfPresent(column)) ?? nil }

    func integer(_ column: String) -> Int64? { (try? row.getIfPresent(column)) ?? nil }

    func text(_ column: String) -> String? { (try? row.getIfPresent(column)) ?? nil }

    func flag(_ column: String) -> Bool { ((try? row.getIfPresent(column)) ?? nil) ?? false }

    func time(_ column: String) -> Timestamp? { (try? row.getIfPresent(column)) ?? nil }

    func cell(_ column: SQLHeader.Column) -> Cell {
        if column.name == "query" {
            return Cell(((try? row.getIfPresent("query", as: StatementText.self)) ?? nil)?.text)
        }
        switch (column.unit, column.type) {
        case ("seconds", _): return Cell(seconds: number(column.name))
        case ("seconds since 1970", _): return time(column.name).map(Cell.time) ?? .none
        case ("bytes", _): return Cell(bytes: integer(column.name))
        case ("ratio", _): return number(column.name).map(Cell.ratio) ?? .none
        case (_, .boolean): return text(column.name) == nil ? .none : .flag(flag(column.name))
        case (_, .smallint), (_, .integer), (_, .bigint): return Cell(integer: integer(column.name))
        case (_, .real), (_, .doublePrecision), (_, .numeric): return number(column.name).map(Cell.number) ?? .none
        default: return Cell(text(column.name))
        }
    }
}

/// A column that is worked out and shown behind one of the answer's own.
struct AddedColumn<Kind> {
    let name: String
    let after: String
    let cell: (Kind) -> Cell
}

extension Listed {
    /// What the column `query` says, in one line and without secrets; nil where it is hidden or empty.
    var statement: String? {
        guard let text = text("query"), !text.isEmpty else { return nil }
        return StatementText.withoutSecrets(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension Evidence {
    /// Statements, one a line: a table with many columns has no room for them.
    static func statements<Kind: Listed>(_ id: String, _ title: String, _ rows: [Kind], by key: String) -> Evidence {
        let lines = rows.compactMap { row in row.statement.map { Branch("\(row.text(key) ?? "?")  \($0)") } }
        return Evidence(id: id, title: title, .tree(lines))
    }

    /// All shown columns of the rows, in the question's order.
    static func listing<Kind: Listed>(
        _ id: String, _ title: String, _ rows: [Kind], adding added: AddedColumn<Kind>? = nil
    ) -> Evidence {
        // A test holds every header; a file without one would show nothing rather than end the program.
        let columns = Kind.files.first.flatMap {
            try? SQLHeader(of: $0).columns.filter { !Kind.hidden.contains($0.name) }
        }
        let shown = columns ?? []
        return .table(
            id, title,
            columns: shown.flatMap { column in
                [Table.Column(column.name)] + (added?.after == column.name ? [Table.Column(added?.name ?? "")] : [])
            },
            rows: rows.map { row in
                shown.flatMap { column in
                    [row.cell(column)] + (added?.after == column.name ? [added?.cell(row) ?? .none] : [])
                }
            })
    }
}

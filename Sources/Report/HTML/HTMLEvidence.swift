import Diagnostics

/// Evidence on a page: each piece can be folded. All that came from servers is text there.
struct HTMLEvidence {
    /// Rows of a table, lines of a tree; the rest is counted.
    let limit: Int

    func html(_ evidence: Evidence, isOpen: Bool) -> String {
        let title = markupSafe(evidence.title)
        switch evidence.body {
        case .fact(let sentence): return "<p><strong>\(title):</strong> \(markupSafe(sentence))</p>"
        case .table(let table) where table.rows.isEmpty: return "<p><strong>\(title):</strong> none</p>"
        case .remarks(let remarks) where remarks.isEmpty:
            return "<p><strong>\(title):</strong> nothing stands out</p>"
        case .table(let table): return folded(title, table.isTall ? tall(table) : wide(table), isOpen)
        case .remarks(let remarks): return folded(title, remarks.map(html).joined(), isOpen)
        case .tree: return folded(title, tree(evidence), isOpen)
        }
    }

    private func folded(_ title: String, _ body: String, _ isOpen: Bool) -> String {
        "<details\(isOpen ? " open" : "")><summary>\(title)</summary>\(body)</details>"
    }

    private func wide(_ table: Table) -> String {
        let columns = table.columns.indices.filter { index in table.rows.contains { $0[index] != .none } }
        let names = columns.map { table.columns[$0].name }
        let rows = table.rows.prefix(limit).map { row in columns.map { row[$0] } }
        return htmlTable(names, rows) + more(table.rows.count)
    }

    /// The name of each value at its left, so that a phone needs not scroll.
    private func tall(_ table: Table) -> String {
        table.rows.prefix(limit).map { row in
            let fields = zip(table.columns, row).filter { $1 != .none }.map { column, cell in
                "<tr><th scope=\"row\">\(markupSafe(column.name))</th><td>\(cell.html)</td></tr>"
            }
            return "<div class=\"scroll\"><table>\(fields.joined())</table></div>"
        }.joined() + more(table.rows.count)
    }

    private func more(_ count: Int) -> String { count > limit ? "<p class=\"faint\">… \(count - limit) more</p>" : "" }

    private func html(_ remark: Remark) -> String {
        let word = remark.weight.rawValue
        return "<p><span class=\"badge \(word)\">\(word)</span>\(markupSafe(remark.text))</p>" + htmlCode(remark.next)
    }

    private func tree(_ evidence: Evidence) -> String {
        let lines = EvidenceText(ink: Ink(isColoured: false), width: 160, limit: limit).lines(evidence)
        return htmlCode(lines.dropFirst().map { String($0.dropFirst(2)) })
    }
}

/// What to type, or what is drawn with letters.
func htmlCode(_ lines: [String]) -> String {
    lines.isEmpty ? "" : "<pre>\(lines.map { markupSafe(terminalSafe($0)) }.joined(separator: "\n"))</pre>"
}

/// In a frame of its own that scrolls, so that the page does not.
func htmlTable(_ names: [String], _ rows: [[Cell]]) -> String {
    let isNumeric = names.indices.map { index in rows.contains { $0[index].isNumeric } }
    let head = zip(names, isNumeric).map { "<th scope=\"col\"\($1 ? " class=\"number\"" : "")>\(markupSafe($0))</th>" }
    let body = rows.map { row in
        let cells = zip(row, isNumeric).map { "<td\($1 ? " class=\"number\"" : "")>\($0.html)</td>" }
        return "<tr>\(cells.joined())</tr>"
    }
    return
        "<div class=\"scroll\"><table><thead><tr>\(head.joined())</tr></thead><tbody>\(body.joined())</tbody></table></div>"
}

extension Cell {
    fileprivate var html: String {
        switch self {
        case .text(let text): markupSafe(text.cut(to: 4000))
        default: markupSafe(text)
        }
    }
}

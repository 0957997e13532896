import Diagnostics

/// Evidence for a ticket.
struct MarkdownEvidence {
    /// Rows of a table, lines of a tree; the rest is counted.
    let limit: Int

    /// Blocks, to be set apart by empty lines.
    func blocks(_ evidence: Evidence) -> [String] {
        let title = markdownSafe(evidence.title)
        switch evidence.body {
        case .fact(let sentence): return ["**\(title):** \(markdownSafe(sentence))"]
        case .table(let table) where table.rows.isEmpty: return ["**\(title):** none"]
        case .table(let table) where table.isTall: return ["**\(title)**"] + tall(table)
        case .table(let table): return ["**\(title)**", wide(table)] + more(table.rows.count)
        case .remarks(let remarks) where remarks.isEmpty: return ["**\(title):** nothing stands out"]
        case .remarks(let remarks): return ["**\(title)**"] + remarks.flatMap(blocks)
        case .tree:
            let lines = EvidenceText(ink: Ink(isColoured: false), width: 140, limit: limit).lines(evidence)
            return ["**\(title)**", markdownCode(lines.dropFirst().map { String($0.dropFirst(2)) })]
        }
    }

    private func wide(_ table: Table) -> String {
        let columns = table.columns.indices.filter { index in table.rows.contains { $0[index] != .none } }
        let rule = columns.map { index in table.rows.contains { $0[index].isNumeric } ? "--:" : "---" }
        return markdownTable(
            columns.map { table.columns[$0].name }, rule: rule,
            table.rows.prefix(limit).map { row in columns.map { row[$0].text.cut(to: 200) } })
    }

    private func tall(_ table: Table) -> [String] {
        table.rows.prefix(limit).map { row in
            let fields = zip(table.columns, row).filter { $1 != .none }.map { [$0.name, $1.text.cut(to: 400)] }
            return markdownTable(["", ""], fields)
        } + more(table.rows.count)
    }

    private func more(_ count: Int) -> [String] { count > limit ? ["… \(count - limit) more"] : [] }

    private func blocks(_ remark: Remark) -> [String] {
        let line = "- *\(remark.weight.rawValue)* \(markdownSafe(remark.text))"
        return remark.next.isEmpty ? [line] : [line, markdownCode(remark.next, language: "sh")]
    }
}

/// As GitHub has them. Cells are text of servers.
///
/// - Parameter rule: what stands below the headings, `--:` for numbers.
func markdownTable(_ names: [String], rule: [String]? = nil, _ rows: [[String]]) -> String {
    let line: ([String]) -> String = { cells in "| " + cells.joined(separator: " | ") + " |" }
    let head = [line(names.map(markdownSafe)), line(rule ?? names.map { _ in "---" })]
    return (head + rows.map { line($0.map(markdownSafe)) }).joined(separator: "\n")
}

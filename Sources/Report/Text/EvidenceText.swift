import Diagnostics

/// Evidence as lines for a person: a heading, and the fact, table or tree below it.
struct EvidenceText {
    let ink: Ink
    /// Columns that a line may take.
    let width: Int
    /// Rows shown of a table, lines of a tree; the rest is counted.
    let limit: Int

    func lines(_ evidence: Evidence) -> [String] {
        let title = terminalSafe(evidence.title)
        switch evidence.body {
        // One line, however long: a command in it must stay whole to be copied.
        case .fact(let sentence): return ["\(title): \(terminalSafe(sentence))"]
        case .table(let table) where table.rows.isEmpty: return ["\(title): none"]
        case .table(let table) where table.isTall: return [title] + indented(blocks(table))
        case .table(let table): return [title] + indented(lines(table))
        case .remarks(let remarks) where remarks.isEmpty: return ["\(title): nothing stands out"]
        case .remarks(let remarks): return [title] + indented(remarks.flatMap(lines))
        case .tree(let branches): return [title] + indented(limited(branches.flatMap { lines($0) }))
        }
    }

    private func lines(_ table: Table) -> [String] {
        let layout = TableLayout(table, width: width - 2)
        return layout.headerLines.map(ink.faint) + limited(layout.rowLines)
    }

    /// The words below each other, and below them what to type: that stays whole, to be copied.
    private func lines(_ remark: Remark) -> [String] {
        let indent = String(repeating: " ", count: Self.weightWidth)
        let words = wrapped(terminalSafe(remark.text), to: min(width, 110) - 2 - Self.weightWidth, indent: "")
        let heads = [paint(remark.weight)] + words.dropFirst().map { _ in indent }
        return zip(heads, words).map { $0 + $1 }
            + remark.next.map { indent + ink.faint("→ ") + ink.bold(terminalSafe($0)) }
    }

    private static let weightWidth = 9

    private func paint(_ weight: Remark.Weight) -> String {
        let word = weight.rawValue.padded(to: Self.weightWidth)
        return switch weight {
        case .trouble: ink.red(word)
        case .careful: ink.yellow(word)
        case .fine: ink.green(word)
        }
    }

    /// A block of lines for each row, an empty line between two; what the server doesn't have is left out.
    private func blocks(_ table: Table) -> [String] {
        let width = table.columns.map(\.name.count).max() ?? 0
        let blocks = table.rows.prefix(limit).map { row in
            zip(table.columns, row).filter { $1 != .none }.flatMap { column, cell in
                let lines = wrapped(cell.text, to: max(20, self.width - width - 4))
                let heads = [column.name] + lines.dropFirst().map { _ in "" }
                return zip(heads, lines).map { ink.faint($0.padded(to: width)) + "  " + $1 }
            }
        }
        let more = table.rows.count - blocks.count
        return Array(blocks.joined(separator: [""])) + (more > 0 ? [ink.faint("… \(more) more")] : [])
    }

    private func lines(_ branch: Branch, depth: Int = 0) -> [String] {
        let children = branch.children.enumerated().flatMap { index, child in
            let isLast = index == branch.children.count - 1
            let below = lines(child, depth: depth + 1)
            return below.enumerated().map { line, text in
                (line == 0 ? (isLast ? "└─ " : "├─ ") : (isLast ? "   " : "│  ")) + text
            }
        }
        let text = terminalSafe(branch.text)
        // Each level takes three columns, and all of the tree two.
        return (branch.isWhole ? wrapped(text, to: width - 2 - 3 * depth) : [text.cut(to: width)]) + children
    }

    private func limited(_ lines: [String]) -> [String] {
        lines.count <= limit ? lines : lines.prefix(limit) + [ink.faint("… \(lines.count - limit) more")]
    }

    private func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }
}

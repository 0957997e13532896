import Diagnostics
import Queries

/// The answer to a question that is known by its header only: every column by its type and unit.
struct OwnAnswer {
    private let rows: Rows
    private let header: SQLHeader
    private let path: String

    /// - Throws: `.misconfigured` where the server's columns are not those of the header.
    init(_ rows: Rows, _ header: SQLHeader, path: String) throws(ProbeError) {
        self.rows = rows
        self.header = header
        self.path = path
        guard rows.columns.count == header.columns.count else {
            throw wrong(
                header.columns.last?.line ?? 1,
                "the header has \(header.columns.count) columns, and the answer \(rows.columns.count): "
                    + rows.columns.joined(separator: ", "))
        }
        for (column, (name, type)) in zip(header.columns, zip(rows.columns, rows.types)) {
            guard column.name != name || column.type.oid != type else { continue }
            let words = SQLType.allCases.first { $0.oid == type }?.rawValue ?? "the type with the number \(type)"
            throw wrong(
                column.line,
                "the header says \"\(column.name) \(column.type.rawValue)\", the answer \"\(name) \(words)\"")
        }
    }

    private func wrong(_ line: Int, _ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "check the answer", message: "\(path):\(line): \(message)")
    }

    /// - Throws: `.misconfigured` where there are too many rows for a measurement.
    func checkSize() throws(ProbeError) {
        guard rows.count > OwnQuery.mostRows else { return }
        throw wrong(
            header.columns.first?.line ?? 1,
            "the answer has more than \(OwnQuery.mostRows) rows, too many for a metric: GROUP BY or LIMIT them")
    }
}

// MARK: - Evidence

extension OwnAnswer {
    /// - Parameter most: the rows that are kept.
    func evidence(_ id: String, rows most: Int) -> Evidence {
        let title = header.title
        guard rows.count > 0 else { return .fact(id, title, "no rows") }
        let all = rows.count > OwnQuery.mostRows ? "more than \(OwnQuery.mostRows)" : "\(rows.count)"
        return .table(
            id, rows.count > most ? "\(title) (the first \(most) of \(all) rows)" : title,
            columns: header.columns.map { Table.Column($0.name) },
            rows: (0..<min(rows.count, most)).map { row in header.columns.map { cell(row, $0) } })
    }

    private func text(_ row: Int, _ column: String) -> String? {
        (try? rows[row].getIfPresent(column, as: StatementText.self))?.text
    }

    private func cell(_ row: Int, _ column: SQLHeader.Column) -> Cell {
        guard let text = text(row, column.name) else { return .none }
        guard column.type.isNumber, let value = Double(text) else {
            return column.type == .boolean ? .flag(text == "t") : .text(text)
        }
        switch column.unit {
        case "bytes": return Int64(exactly: value.rounded()).map(Cell.bytes) ?? .number(value)
        case "seconds": return .seconds(value)
        case "ratio": return .ratio(value)
        case SQLHeader.Column.sinceEpoch where value.isFinite: return .time(Timestamp(secondsSinceEpoch: value))
        default: return Int64(text).map(Cell.integer) ?? .number(value)
        }
    }
}

extension SQLHeader {
    /// The first sentence of the purpose, without its full stop.
    fileprivate var title: String {
        let end = purpose.firstRange(of: ". ")?.lowerBound ?? purpose.endIndex
        let sentence = purpose[..<end]
        return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
    }
}

// MARK: - Samples

extension OwnAnswer {
    /// - Throws: `.misconfigured` where two rows would be one series.
    func samples(
        of metric: Metric, from columns: SQLHeader.Metric, identity: String?
    ) throws(ProbeError) -> [Sample] {
        var samples: [Sample] = []
        var seen: [Labels: Int] = [:]
        for row in 0..<rows.count {
            guard let value = columns.sources.first.flatMap({ number(row, $0) }) else { continue }
            let labels = labels(row, columns.labels)
            if let other = seen.updateValue(row, forKey: labels) {
                throw wrong(
                    columns.line,
                    "rows \(other + 1) and \(row + 1) are the same series \(metric.name)\(labels): name after \"by\" what "
                        + "tells them apart, or aggregate")
            }
            samples.append(
                Sample(
                    metric, value, labels: labels, identity: metric.kind == .counter ? identity : nil,
                    countedSince: columns.since.flatMap { number(row, $0) }.map { Timestamp(secondsSinceEpoch: $0) }))
        }
        return samples
    }

    /// Nil for NULL, and for NaN, which compares with nothing.
    private func number(_ row: Int, _ column: String) -> Double? {
        switch text(row, column) {
        case "t": 1
        case "f": 0
        case let text: text.flatMap { Double($0) }.flatMap { $0.isNaN ? nil : $0 }
        }
    }

    /// A label without a value is none, as Prometheus has it.
    private func labels(_ row: Int, _ names: [String]) -> Labels {
        Labels(names.compactMap { name in text(row, name).flatMap { $0.isEmpty ? nil : (name, $0) } })
    }
}

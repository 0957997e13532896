extension SQLHeader {
    /// Reads a header strictly: a field that nobody knows is a mistake, not prose.
    ///
    /// - Throws: the first mistake, with the file and the line.
    public init(of file: SQLFile) throws(Mistake) {
        let reader = try HeaderReader(file)
        purpose = try reader.purpose()
        servers = try reader.servers()
        role = try reader.only("role").text
        columns = try reader.columns()
        metrics = try reader.metrics(of: columns)
        rows = try reader.rows()
        timeout = try reader.timeout()
        guard !file.statement.isEmpty else { throw reader.mistake(file.lines.count, "no statement follows the header") }
    }

    /// Reads `13-`, `13-15` or `14`.
    static func servers(from text: Substring) -> ClosedRange<Int>? {
        let plain = String(text.filter { $0 != " " && $0 != "\r" })
        let parts = plain.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ Int($0) }) else { return nil }
        let last = parts.count == 1 ? first : parts[1].isEmpty ? Int.max : Int(parts[1])
        return last.flatMap { $0 >= first ? first...$0 : nil }
    }
}

/// A header taken apart into its purpose and its fields.
private struct HeaderReader {
    let path: String
    let lines: [Substring]
    var fields: [Field] = []

    struct Field {
        let name: String
        var text: String
        /// In the file, from 1.
        let line: Int
    }

    static let known: Set = [
        "alert", "servers", "role", "needs", "setting", "column", "metric", "derived", "rows", "timeout",
    ]

    init(_ file: SQLFile) throws(SQLHeader.Mistake) {
        path = file.path
        lines = file.headerLines.map { $0.dropFirst(2) }
        var isInField = false
        for (index, line) in lines.enumerated() {
            if isInField, line.hasPrefix("   "), !fields.isEmpty {
                fields[fields.count - 1].text += " " + line.trimmed
                continue
            }
            let field = Self.field(line, index + 1)
            isInField = field != nil
            guard let field else { continue }
            guard Self.known.contains(field.name) else {
                throw mistake(
                    field.line,
                    "there is no field \"\(field.name)\"; \(Self.known.sorted().joined(separator: ", ")) are known")
            }
            fields.append(field)
        }
    }

    /// Nil for prose. A field begins with a word in small letters and a colon.
    private static func field(_ line: Substring, _ number: Int) -> Field? {
        let name = line.trimmed.prefix { $0.isASCII && $0.isLowercase || $0 == "_" }
        let rest = line.trimmed.dropFirst(name.count)
        guard !name.isEmpty, rest.first == ":" else { return nil }
        return Field(name: String(name), text: String(rest.dropFirst()).trimmed, line: number)
    }

    func mistake(_ line: Int, _ message: String) -> SQLHeader.Mistake {
        SQLHeader.Mistake(path: path, line: line, message: message)
    }
}

extension HeaderReader {
    func purpose() throws(SQLHeader.Mistake) -> String {
        let end = fields.first.map { $0.line - 1 } ?? lines.count
        let first = lines.prefix(end).prefix { !$0.trimmed.isEmpty }
        guard !first.isEmpty else {
            throw mistake(1, "the file does not begin with a comment that says what it asks")
        }
        return first.map(\.trimmed).joined(separator: " ")
    }

    func servers() throws(SQLHeader.Mistake) -> ClosedRange<Int> {
        let field = try only("servers")
        guard let range = SQLHeader.servers(from: field.text[...]) else {
            throw mistake(field.line, "\"\(field.text)\" is no range of major versions, such as 13- or 13-15")
        }
        return range
    }

    func only(_ name: String) throws(SQLHeader.Mistake) -> Field {
        guard let field = try atMostOne(name) else { throw mistake(1, "the header has no line \"-- \(name): …\"") }
        return field
    }

    private func atMostOne(_ name: String) throws(SQLHeader.Mistake) -> Field? {
        let all = fields.filter { $0.name == name }
        if all.count > 1 { throw mistake(all[1].line, "a second \"\(name)\"") }
        return all.first
    }

    func rows() throws(SQLHeader.Mistake) -> Int? {
        guard let field = try atMostOne("rows") else { return nil }
        guard let rows = Int(field.text), (1...1000).contains(rows) else {
            throw mistake(field.line, "\"\(field.text)\" is no number of rows from 1 to 1000")
        }
        return rows
    }

    func timeout() throws(SQLHeader.Mistake) -> Duration? {
        guard let field = try atMostOne("timeout") else { return nil }
        let digits = field.text.prefix { $0.isNumber }
        let unit = ["ms": 1, "s": 1000][field.text.dropFirst(digits.count).trimmed]
        guard let number = Int(digits), let unit, (1...60_000).contains(number * unit) else {
            throw mistake(field.line, "\"\(field.text)\" is no time from 1 ms to 60 s, such as 500 ms or 2 s")
        }
        return .milliseconds(number * unit)
    }
}

// MARK: - Columns

extension HeaderReader {
    func columns() throws(SQLHeader.Mistake) -> [SQLHeader.Column] {
        var columns: [SQLHeader.Column] = []
        for field in fields where field.name == "column" {
            let column = try column(field)
            guard !columns.contains(where: { $0.name == column.name }) else {
                throw mistake(field.line, "a second column \"\(column.name)\"")
            }
            columns.append(column)
        }
        guard !columns.isEmpty else { throw mistake(1, "the header names no column") }
        return columns
    }

    private func column(_ field: Field) throws(SQLHeader.Mistake) -> SQLHeader.Column {
        let (what, help) = field.text.halves(at: ";")
        let (name, kind) = what.halves(at: " ")
        let (typeName, unit) = kind.halves(at: ",")
        guard !name.isEmpty, !kind.isEmpty, !help.isEmpty else {
            throw mistake(field.line, "a column is written \"NAME TYPE[, UNIT]; WHAT IT IS\"")
        }
        guard let type = SQLType(rawValue: typeName) else {
            let types = SQLType.allCases.map(\.rawValue).joined(separator: ", ")
            throw mistake(field.line, "column \"\(name)\" has the unknown type \"\(typeName)\"; it may be \(types)")
        }
        return SQLHeader.Column(
            name: name, type: type, unit: unit.isEmpty ? nil : unit, help: help, line: field.line)
    }
}

// MARK: - Metrics

extension HeaderReader {
    func metrics(of columns: [SQLHeader.Column]) throws(SQLHeader.Mistake) -> [SQLHeader.Metric] {
        var metrics: [SQLHeader.Metric] = []
        for field in fields where field.name == "metric" || field.name == "derived" {
            let metric = try metric(field)
            try check(metric, columns)
            guard !metrics.contains(where: { $0.name == metric.name }) else {
                throw mistake(field.line, "a second metric \"\(metric.name)\"")
            }
            metrics.append(metric)
        }
        return metrics
    }

    /// `NAME KIND from COLUMN[, …] [by COLUMN, …] [since COLUMN]; HELP`.
    private func metric(_ field: Field) throws(SQLHeader.Mistake) -> SQLHeader.Metric {
        let (what, help) = field.text.halves(at: ";")
        let words = what.split { $0 == " " || $0 == "," }.map(String.init)
        var parts: [String: [String]] = [:]
        var part = ""
        for word in words.dropFirst(2) {
            if ["from", "by", "since"].contains(word) { part = word } else { parts[part, default: []].append(word) }
        }
        guard words.count > 3, words[2] == "from", let sources = parts["from"], !help.isEmpty,
            let kind = SQLHeader.Metric.Kind(rawValue: words[1]), (parts["since"]?.count ?? 1) == 1
        else {
            throw mistake(
                field.line,
                "a metric is written \"NAME gauge|counter from COLUMN [by COLUMN, …] [since COLUMN]; HELP\"")
        }
        return SQLHeader.Metric(
            name: words[0], kind: kind, help: help, sources: sources, labels: parts["by"] ?? [],
            since: parts["since"]?.first, isDerived: field.name == "derived", line: field.line)
    }

    private func check(_ metric: SQLHeader.Metric, _ columns: [SQLHeader.Column]) throws(SQLHeader.Mistake) {
        try checkName(metric)
        func column(_ name: String) throws(SQLHeader.Mistake) -> SQLHeader.Column {
            if let column = columns.first(where: { $0.name == name }) { return column }
            throw mistake(
                metric.line, "metric \"\(metric.name)\" names the column \"\(name)\", which is not among the columns")
        }
        for name in metric.sources { _ = try column(name) }
        if metric.isDerived { return }
        guard metric.sources.count == 1 else {
            throw mistake(metric.line, "metric \"\(metric.name)\" can come from one column only")
        }
        guard try column(metric.sources[0]).type.isNumber else {
            throw mistake(metric.line, "metric \"\(metric.name)\" needs a number, and \"\(metric.sources[0])\" is none")
        }
        for label in metric.labels where try !column(label).type.isText {
            throw mistake(metric.line, "label \"\(label)\" of metric \"\(metric.name)\" is no text; cast it to text")
        }
        if let since = metric.since, try column(since).unit != SQLHeader.Column.sinceEpoch {
            throw mistake(
                metric.line, "\"\(since)\" must have the unit \"seconds since 1970\": extract(epoch FROM …)::float8")
        }
    }

    /// By Prometheus's rules for names and its conventions for counters.
    private func checkName(_ metric: SQLHeader.Metric) throws(SQLHeader.Mistake) {
        let name = metric.name
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
            name.first?.isNumber == false
        else { throw mistake(metric.line, "\"\(name)\" is no name for a Prometheus metric") }
        guard name.hasSuffix("_total") == (metric.kind == .counter) else {
            throw mistake(metric.line, "metric \"\(name)\": a counter's name, and no gauge's, ends in _total")
        }
        if metric.since != nil, metric.kind == .gauge {
            throw mistake(metric.line, "metric \"\(name)\": only a counter has counted since some time")
        }
    }
}

extension SQLHeader.Column {
    /// The unit of a point in time.
    public static let sinceEpoch = "seconds since 1970"
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        let end = start.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(end.reversed())
    }

    /// What stands before and after the first separator, both trimmed; the second is empty where there is none.
    fileprivate func halves(at separator: Character) -> (String, String) {
        guard let index = firstIndex(of: separator) else { return (trimmed, "") }
        return (self[..<index].trimmed, self[self.index(after: index)...].trimmed)
    }
}

import Diagnostics
import Queries

/// A question of the user's own: an .sql file with a header as `SQLHeader` describes it, checked.
///
/// It is asked together with what a sweep asks anyway, in the same round trip and after everything else, so that it holds
/// up nothing. Its answer becomes evidence (`postgresql.own.NAME`) and the samples that its header names. What stands in
/// its way, be it a missing table or a missing right, is a problem and a gap for each of its metrics, and nobody else's.
public struct OwnQuery: Sendable, Hashable {
    public typealias Mistake = SQLHeader.Mistake

    public let file: SQLFile
    public let header: SQLHeader
    /// What its answer is measured as.
    public let metrics: [Metric]

    /// More rows than this are no measurement: what a question counts is to be grouped or limited by its statement.
    static let mostRows = 1000
    /// Of a file that says nothing else.
    static let usualRows = 20
    /// Of a file that says nothing else: a sweep waits for it.
    static let usualTimeout = Duration.seconds(1)

    /// - Throws: the first mistake in the file, with its path and line: a header that is not as `SQLHeader` describes it, a
    ///   metric or label with a name that is diag's own, a statement that is no query.
    public init(_ file: SQLFile) throws(Mistake) {
        self.file = file
        header = try SQLHeader(of: file)
        metrics = header.metrics.map { Metric($0.name, $0.kind == .counter ? .counter : .gauge, $0.help) }
        try checkName()
        try checkMetrics()
        try checkStatement()
    }

    public var name: String { file.name }

    func serves(_ version: Int) -> Bool { header.servers.contains(version / 10_000) }
}

// MARK: - Checks

extension OwnQuery {
    private func mistake(_ line: Int, _ message: String) -> Mistake {
        Mistake(path: file.path, line: line, message: message)
    }

    private func checkName() throws(Mistake) {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        guard isPlain, !name.isEmpty else {
            throw mistake(1, "the file's name may have letters, digits, _ and - only: it names the evidence")
        }
    }

    private func checkMetrics() throws(Mistake) {
        for metric in header.metrics {
            if metric.isDerived {
                throw mistake(metric.line, "\"derived\" is for diag's own questions; write \"metric\"")
            }
            if metric.name.hasPrefix("diag_") {
                throw mistake(metric.line, "metric \"\(metric.name)\": names that begin with diag_ are diag's own")
            }
            for label in metric.labels where Metric.reservedLabels.contains(label) || !Self.isLabel(label) {
                throw mistake(
                    metric.line,
                    "\"\(label)\" cannot be a label: each series has kind and target already, others are Prometheus's own, "
                        + "and a label's name has letters, digits and _ only; name the column differently (AS …)")
            }
            let flaws = metrics.first { $0.name == metric.name }?.flaws ?? []
            if let flaw = flaws.first { throw mistake(metric.line, "metric \"\(metric.name)\": \(flaw)") }
        }
    }

    private static func isLabel(_ name: String) -> Bool {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && name.first?.isNumber == false
            && !name.hasPrefix("__")
    }

    /// The server decides what may run, and our session reads only. But COPY would change the protocol, and BEGIN or SET
    /// the session that all questions share.
    private func checkStatement() throws(Mistake) {
        let text = Self.withoutComments(file.statement[...])
        let word = text.drop { $0 == "(" || $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
        guard ["SELECT", "WITH", "VALUES", "TABLE"].contains(word) else {
            throw mistake(
                file.statementLine, "a question is one SELECT (or WITH, VALUES, TABLE), and this begins with \(word)")
        }
    }

    /// What follows the comments at the start.
    private static func withoutComments(_ text: Substring) -> Substring {
        var rest = text.drop { $0.isWhitespace }
        while true {
            if rest.hasPrefix("--") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                return rest
            }
            rest = rest.drop { $0.isWhitespace }
        }
    }
}

// MARK: - What is sent

extension OwnQuery {
    /// The file's statement, bounded: whatever it asks, no more rows than one beyond `mostRows` come back.
    var statement: String {
        "SELECT * FROM (\n\(Self.withoutEnd(file.statement[...]))\n) AS answer LIMIT \(Self.mostRows + 1)"
    }

    /// Without the semicolon that psql wants, and without comments behind it.
    private static func withoutEnd(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last {
            let lineStart = text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
            if last.isWhitespace || last == ";" {
                text = text.dropLast()
            } else if text[lineStart...].drop(while: { $0 == " " || $0 == "\t" }).hasPrefix("--") {
                text = text[..<lineStart]
            } else {
                return text
            }
        }
        return text
    }
}

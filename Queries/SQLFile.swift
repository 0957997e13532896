/// One question in SQL, as it lies in a file and runs in psql; `SQLHeader` is what its header says.
public struct SQLFile: Sendable, Hashable {
    /// The file's name without `.sql`.
    public let name: String
    /// Where it lies, for people who mend it: `Queries/postgresql/locks.sql`.
    public let path: String
    /// The whole file.
    public let text: String

    public init(name: String, path: String, text: String) {
        self.name = name
        self.path = path
        self.text = text
    }

    init(_ name: String, _ bytes: [UInt8]) {
        self.init(
            name: name, path: "Queries/postgresql/\(name).sql", text: String(decoding: bytes, as: UTF8.self))
    }

    /// What is sent: without the header, which would only fill the server's log and pg_stat_activity.
    public var statement: String {
        let start = firstLine { !$0.isEmpty && !Self.isComment($0) }?.startIndex
        return start.map { String(text[$0...]) } ?? ""
    }

    /// Where the statement begins in the file, from 1.
    public var statementLine: Int { (lines.firstIndex { !$0.isEmpty && !$0.hasPrefix("--") } ?? lines.count - 1) + 1 }

    /// The major versions of PostgreSQL that it serves; nil when the header does not say so plainly. Reads one line of
    /// the header, since each question of each sweep is chosen by it.
    public var servers: ClosedRange<Int>? {
        let key = "-- servers:"
        let line = firstLine { !Self.isComment($0) || $0.utf8.starts(with: key.utf8) }
        return line.flatMap { Self.isComment($0) ? SQLHeader.servers(from: $0.dropFirst(key.count)) : nil }
    }

    /// Looks no further than the line that is wanted: every question of every sweep passes here.
    private func firstLine(where isWanted: (Substring) -> Bool) -> Substring? {
        var start = text.startIndex
        while start < text.endIndex {
            let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            if isWanted(text[start..<end]) { return text[start..<end] }
            start = end == text.endIndex ? end : text.utf8.index(after: end)
        }
        return nil
    }

    private static func isComment(_ line: Substring) -> Bool { line.utf8.starts(with: "--".utf8) }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The comment at the top.
    var headerLines: ArraySlice<Substring> { lines.prefix { $0.hasPrefix("--") } }
}

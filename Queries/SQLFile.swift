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
        lines.drop { $0.hasPrefix("--") || $0.isEmpty }.joined(separator: "\n")
    }

    /// The major versions of PostgreSQL that it serves; nil when the header does not say so plainly. Reads one line of
    /// the header, since each question of each sweep is chosen by it.
    public var servers: ClosedRange<Int>? {
        let line = headerLines.first { $0.hasPrefix("-- servers:") }
        return line.flatMap { SQLHeader.servers(from: $0.dropFirst("-- servers:".count)) }
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The comment at the top.
    var headerLines: ArraySlice<Substring> { lines.prefix { $0.hasPrefix("--") } }
}

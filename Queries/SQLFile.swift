/// One question in SQL with the header that says what it is for.
///
/// The header is the comment at the top of the file. Its first paragraph is the purpose; then come fields, one a line:
///
///     -- Sessions by what they do.
///     --
///     -- alert:   PostgreSQLConnectionsExhausted
///     -- servers: 14-
///     -- role:    pg_monitor; what is missing without it
///     -- column: sessions bigint; how many
///     -- column: longest double precision, seconds; in this state
public struct SQLFile: Sendable {
    /// The file's name without `.sql`.
    public let name: String
    /// The whole file.
    public let text: String

    /// A column that the answer has.
    public struct Column: Sendable, Hashable {
        public let name: String
        /// PostgreSQL's name of the type.
        public let type: String
        /// `bytes`, `seconds`; nil for plain counts, names and flags.
        public let unit: String?
        public let help: String
    }

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    init(_ name: String, _ bytes: [UInt8]) {
        self.init(name: name, text: String(decoding: bytes, as: UTF8.self))
    }

    /// What is sent: without the header, which would only fill the server's log and pg_stat_activity.
    public var statement: String {
        lines.drop { $0.hasPrefix("--") || $0.isEmpty }.joined(separator: "\n")
    }

    /// The first paragraph of the header.
    public var purpose: String { header.prefix { !$0.isEmpty }.joined(separator: " ") }

    /// The major versions of PostgreSQL that it serves; nil when the header does not say.
    public var servers: ClosedRange<Int>? {
        guard let parts = field("servers")?.split(separator: "-", omittingEmptySubsequences: false),
            let first = parts.first.flatMap({ Int($0) })
        else { return nil }
        return first...max(first, parts.count == 1 ? first : Int(parts[1]) ?? Int.max)
    }

    /// The right it needs, and what is missing without it.
    public var role: String? { field("role") }

    /// The columns of the answer in their order.
    public var columns: [Column] { fields("column").compactMap(Column.init) }

    private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines of the header without the dashes.
    private var header: [Substring] {
        lines.prefix { $0.hasPrefix("--") }.map { $0.dropFirst(2).drop { $0 == " " } }
    }

    private func field(_ name: String) -> String? { fields(name).first }

    private func fields(_ name: String) -> [String] {
        header.filter { $0.hasPrefix(name + ":") }.map { line in
            String(line.dropFirst(name.count + 1).drop { $0 == " " })
        }
    }
}

extension SQLFile.Column {
    /// From `longest double precision, seconds; in this state`.
    init?(_ line: String) {
        let halves = line.split(separator: ";", maxSplits: 1)
        guard halves.count == 2, let space = halves[0].firstIndex(of: " ") else { return nil }
        let kind = halves[0][space...].split(separator: ",", maxSplits: 1).map { $0.drop { $0 == " " } }
        guard let type = kind.first else { return nil }
        name = String(halves[0][..<space])
        self.type = String(type)
        unit = kind.count > 1 ? String(kind[1]) : nil
        help = String(halves[1].drop { $0 == " " })
    }
}

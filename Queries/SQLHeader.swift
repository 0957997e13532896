/// What the header of a question says: the comment at the top of its .sql file.
///
/// Its first paragraph is the purpose. Then come fields, one a line, in any order; a line indented by three spaces or
/// more goes on with the field before it, and any other text between is prose for whoever reads the file.
///
///     -- Deadlocks of each database since its statistics were reset.
///     --
///     -- servers: 13-
///     -- role:    any
///     --
///     -- column: datname name; database
///     -- column: deadlocks bigint; detected since stats_reset
///     -- column: stats_reset double precision, seconds since 1970; null when never
///     --
///     -- metric: diag_postgresql_deadlocks_total counter from deadlocks by datname since stats_reset;
///     --         Deadlocks detected in a database.
///
/// - `servers:` (needed) the major versions that it serves: `13-`, `13-15` or `14`. Variants for other versions are
///   files beside it (`locks.sql`, `locks-13.sql`).
/// - `role:` (needed) the right that it needs, `any` or a predefined role; after a semicolon what is missing without it.
/// - `column:` (one for each column, in the answer's order) `NAME TYPE[, UNIT]; WHAT IT IS`. The type is PostgreSQL's
///   own name for it (`SQLType`). The units `bytes`, `seconds`, `ratio` and `seconds since 1970` show in evidence as
///   people read them; others are words.
/// - `metric:` `NAME KIND from COLUMN [by COLUMN, …] [since COLUMN]; HELP`: each row gives one sample of this
///   Prometheus metric (`gauge` or `counter`): the value of the column after `from`, labelled by the columns after `by`,
///   which are text. NULL gives none. A counter has been counting since the time (seconds since 1970) in the column
///   after `since`, so that a reset is told from an increase.
/// - `derived:` `NAME KIND from COLUMN, … [by LABEL, …]; HELP`: a metric that the program works out from these columns,
///   perhaps together with other answers. Only for the questions that come with the program.
/// - `alert:`, `setting:`, `needs:` are words for people: the alert of the runbook that it belongs to; a parameter of the
///   session that it reads, with its default; what must be installed.
/// - `rows:` and `timeout:` bound a question of one's own: the rows that evidence shows (`rows: 20`), the time it may
///   take (`timeout: 500 ms`, `timeout: 2 s`).
public struct SQLHeader: Sendable, Hashable {
    /// The first paragraph, in one line.
    public let purpose: String
    /// The major versions of PostgreSQL that it serves, without an upper bound where the file gives none.
    public let servers: ClosedRange<Int>
    /// The right it needs, and after a semicolon what is missing without it.
    public let role: String
    /// The columns of the answer in their order.
    public let columns: [Column]
    /// Of the fields `metric` and `derived`.
    public let metrics: [Metric]
    /// The rows that evidence shows at most.
    public let rows: Int?
    /// How long the server may work on it.
    public let timeout: Duration?

    /// A column that the answer has.
    public struct Column: Sendable, Hashable {
        public let name: String
        public let type: SQLType
        /// `bytes`, `seconds`; nil for plain counts, names and flags.
        public let unit: String?
        public let help: String
        /// In the file, from 1.
        public let line: Int
    }

    /// A metric that the answer gives.
    public struct Metric: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case gauge, counter
        }

        public let name: String
        public let kind: Kind
        public let help: String
        /// The columns that its value comes from; one, unless it is derived.
        public let sources: [String]
        /// The columns whose values label it; of a derived one any labels.
        public let labels: [String]
        /// The column that says since when a counter counts.
        public let since: String?
        /// Worked out by the program, not simply the value of its column.
        public let isDerived: Bool
        /// In the file, from 1.
        public let line: Int
    }

    /// What is wrong with a header, and where.
    public struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
        public let path: String
        /// From 1.
        public let line: Int
        public let message: String

        public init(path: String, line: Int, message: String) {
            self.path = path
            self.line = line
            self.message = message
        }

        public var description: String { "\(path):\(line): \(message)" }
    }
}

/// The types that a column of an answer can have, by PostgreSQL's own names.
public enum SQLType: String, Sendable, Hashable, CaseIterable {
    case boolean, smallint, integer, bigint, oid, real, numeric, text, name, json, jsonb, xid, uuid, inet, date
    case doublePrecision = "double precision"
    case character = "\"char\""
    case varchar = "character varying"
    case timestamptz = "timestamp with time zone"
    case interval
    case pgLSN = "pg_lsn"
    case textArray = "text[]"
    case nameArray = "name[]"
    case integerArray = "integer[]"

    /// The number that answers carry for it; the same in every server (its catalog pg_type.dat).
    public var oid: UInt32 {
        switch self {
        case .boolean: 16
        case .character: 18
        case .name: 19
        case .bigint: 20
        case .smallint: 21
        case .integer: 23
        case .text: 25
        case .oid: 26
        case .xid: 28
        case .json: 114
        case .real: 700
        case .doublePrecision: 701
        case .inet: 869
        case .nameArray: 1003
        case .integerArray: 1007
        case .textArray: 1009
        case .varchar: 1043
        case .date: 1082
        case .timestamptz: 1184
        case .interval: 1186
        case .numeric: 1700
        case .uuid: 2950
        case .pgLSN: 3220
        case .jsonb: 3802
        }
    }

    /// What can be a metric's value.
    public var isNumber: Bool {
        switch self {
        case .boolean, .smallint, .integer, .bigint, .real, .doublePrecision, .numeric: true
        default: false
        }
    }

    /// What can be a label.
    public var isText: Bool { [.text, .name, .varchar, .character].contains(self) }
}

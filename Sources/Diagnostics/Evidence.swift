/// A small piece of what was seen, for a person to read: connection hogs, the lock graph, the largest keys.
///
/// Text in it may come from a server (a query, a key, a certificate's subject): it is data, kept as it was, and
/// each renderer escapes it for where it goes.
public struct Evidence: Sendable, Hashable {
    public enum Body: Sendable, Hashable {
        /// One sentence: `maxmemory is not set; judged against the container's limit of 512 MiB`.
        case fact(String)
        case table(Table)
        /// What to think of it, the worst first.
        case remarks([Remark])
        /// Nested lines, such as who waits for whom.
        case tree([Branch])
    }

    /// Stable, for conditions to ask for and for JSON: `postgresql.connections.clients`.
    public let id: String
    /// A heading for people: `Connections by user, application and address`.
    public let title: String
    public let body: Body

    public init(id: String, title: String, _ body: Body) {
        self.id = id
        self.title = title
        self.body = body
    }

    public static func fact(_ id: String, _ title: String, _ sentence: String) -> Evidence {
        Evidence(id: id, title: title, .fact(sentence))
    }

    public static func table(_ id: String, _ title: String, columns: [Table.Column], rows: [[Cell]]) -> Evidence {
        Evidence(id: id, title: title, .table(Table(columns: columns, rows: rows)))
    }

    /// A table of few rows and many columns: for people each row is a block with a line for each value.
    public static func records(_ id: String, _ title: String, columns: [Table.Column], rows: [[Cell]]) -> Evidence {
        Evidence(id: id, title: title, .table(Table(columns: columns, rows: rows, isTall: true)))
    }
}

/// Rows of one shape. Every row has as many cells as there are columns.
public struct Table: Sendable, Hashable {
    public struct Column: Sendable, Hashable, ExpressibleByStringLiteral {
        /// Heading for people and key in JSON, in the server's own spelling: `application_name`.
        public let name: String
        public init(_ name: String) { self.name = name }
        public init(stringLiteral name: String) { self.init(name) }
    }

    public let columns: [Column]
    public let rows: [[Cell]]
    /// For people each row is a block of lines, one a value; JSON knows no difference.
    public let isTall: Bool

    public init(columns: [Column], rows: [[Cell]], isTall: Bool = false) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has another number of cells than columns")
        self.isTall = isTall
        self.columns = columns
        self.rows = rows
    }
}

/// A value of a table with its unit, so that each renderer can show it in its own way.
public enum Cell: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case number(Double)
    /// A quantity of bytes: `1.5 GiB` for people, a plain number in JSON.
    case bytes(Int64)
    /// A length of time in seconds: `3 min 20 s` for people, a plain number in JSON.
    case seconds(Double)
    /// A share between 0 and 1: `93 %` for people, a plain number in JSON.
    case ratio(Double)
    case time(Timestamp)
    case flag(Bool)
    /// Several texts: an array in JSON, for people the first ones and how many more there are.
    case list([String])
    /// SQL's NULL, a field that the server doesn't have.
    case none
}

/// A line of a tree with what hangs below it.
public struct Branch: Sendable, Hashable {
    public let text: String
    public let children: [Branch]
    /// To be shown on as many lines as it takes, where others are cut at the end of the line: a statement, advice.
    public let isWhole: Bool

    public init(_ text: String, _ children: [Branch] = [], isWhole: Bool = false) {
        self.text = text
        self.children = children
        self.isWhole = isWhole
    }
}

import Diagnostics
import Queries

/// Who a session belongs to. A hidden or missing part is nil.
struct Client: Sendable, Hashable {
    let role: String?
    let application: String?
    /// Nil through a unix socket.
    let address: String?
    let database: String?

    init(_ row: Row) throws(RowError) {
        role = try row.getIfPresent("usename")
        application = try row.getIfPresent("application_name")
        address = try row.getIfPresent("client_addr")
        database = try row.getIfPresent("datname")
    }

    static let columns: [Table.Column] = ["usename", "application_name", "client_addr", "datname"]

    var cells: [Cell] { [role, application, address, database].map(Cell.init) }
}

/// Equal sessions, counted: `sessions.sql`.
struct SessionGroup: Answer {
    let client: Client
    let state: String?
    let count: Int
    /// The longest time that one of them has been in this state.
    let longest: Double?
    /// The longest time that one of them has been in a transaction; nil where none is in one.
    let longestTransaction: Double?

    static var files: [SQLFile] { [PostgreSQLQueries.sessions] }

    init(_ row: Row) throws(RowError) {
        client = try Client(row)
        state = try row.getIfPresent("state")
        count = try row.get("sessions")
        longest = try row.getIfPresent("longest")
        longestTransaction = try row.getIfPresent("longest_transaction")
    }
}

/// A CONNECTION LIMIT of a database or role: `limits.sql`.
struct ConnectionLimit: Answer {
    let kind: String
    let name: String
    let limit: Int
    let used: Int

    static var files: [SQLFile] { [PostgreSQLQueries.limits] }

    init(_ row: Row) throws(RowError) {
        kind = try row.get("kind")
        name = try row.get("name")
        limit = try row.get("connection_limit")
        used = try row.get("used")
    }

    /// A limit of zero lets nobody in on purpose: it is not exhausted but closed.
    var usedRatio: Double? { limit > 0 ? Double(used) / Double(limit) : nil }
}

/// A session that has done nothing for long: `idle.sql`.
struct IdleSession: Answer {
    let pid: Int32
    let client: Client
    let state: String
    let idle: Double
    let query: String
    let idleTotal: Int
    let inTransactionTotal: Int

    static var files: [SQLFile] { [PostgreSQLQueries.idle] }

    init(_ row: Row) throws(RowError) {
        pid = try row.get("pid")
        client = try Client(row)
        state = try row.get("state")
        idle = try row.get("idle")
        query = try row.getIfPresent("query", as: StatementText.self)?.text ?? ""
        idleTotal = try row.get("idle_total")
        inTransactionTotal = try row.get("in_transaction_total")
    }
}

/// A transaction that has been open for long: `transactions.sql`.
struct LongTransaction: Answer {
    let pid: Int32
    let client: Client
    let state: String?
    let open: Double
    let inState: Double?
    let wait: String?
    let xminAge: Int64?
    let query: String?
    let total: Int

    static var files: [SQLFile] { [PostgreSQLQueries.transactions] }

    init(_ row: Row) throws(RowError) {
        pid = try row.get("pid")
        client = try Client(row)
        state = try row.getIfPresent("state")
        open = try row.get("open")
        inState = try row.getIfPresent("in_state")
        wait = try row.getIfPresent("wait")
        xminAge = try row.getIfPresent("xmin_age")
        query = try row.getIfPresent("query", as: StatementText.self)?.text
        total = try row.get("total")
    }
}

/// Counters of a database: `databases.sql`.
struct Database: Answer {
    let name: String
    let deadlocks: Int64
    let conflicts: Int64
    let statisticsReset: Timestamp?

    static var files: [SQLFile] { [PostgreSQLQueries.databases] }

    init(_ row: Row) throws(RowError) {
        name = try row.get("datname")
        deadlocks = try row.get("deadlocks")
        conflicts = try row.get("conflicts")
        statisticsReset = try row.getIfPresent("stats_reset")
    }
}

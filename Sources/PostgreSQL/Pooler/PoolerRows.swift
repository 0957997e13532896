import Diagnostics

// What the console answers, by column name: columns come with each version (1.16 to 1.24 each added some), so whatever
// may be missing is optional or zero.

/// Server connections for one database and user, and the clients that share them: `SHOW POOLS`.
struct Pool: Sendable {
    let database: String
    let user: String
    let activeClients: Int
    let waitingClients: Int
    /// Of the client that has waited longest, in seconds.
    let longestWait: Double
    let activeServers: Int
    let idleServers: Int
    /// Idle for so long (`server_check_delay`) that they are checked before they are used again.
    let usedServers: Int
    /// Reset or checked at the moment.
    let testedServers: Int
    /// On their way into PostgreSQL.
    let loginServers: Int
    /// Busy with a cancel request, or not free again before one has come through.
    let cancelServers: Int
    let mode: String?

    init(_ row: Row) throws(RowError) {
        func count(_ column: String) throws(RowError) -> Int { try row.find(column) ?? 0 }
        database = try row.get("database")
        user = try row.get("user")
        activeClients = try count("cl_active") + count("cl_active_cancel_req")
        waitingClients = try row.get("cl_waiting")
        longestWait = try Double(row.get("maxwait", as: Int64.self)) + Double(count("maxwait_us")) / 1e6
        activeServers = try row.get("sv_active")
        idleServers = try count("sv_idle")
        usedServers = try count("sv_used")
        testedServers = try count("sv_tested")
        loginServers = try count("sv_login")
        cancelServers = try count("sv_active_cancel") + count("sv_being_canceled")
        mode = try row.find("pool_mode")
    }

    var name: String { "\(database)/\(user)" }
    var servers: Int { activeServers + idleServers + usedServers + testedServers + loginServers + cancelServers }
    /// The console's own entry has no servers.
    var isConsole: Bool { database == PostgreSQLSettings.poolerConsole }
}

/// A database as clients name it, and where it leads: `SHOW DATABASES`.
struct PooledDatabase: Sendable {
    let name: String
    /// Nil for a unix socket.
    let host: String?
    let port: Int?
    let database: String?
    let forcedUser: String?
    /// Of each pool of this database.
    let poolSize: Int?
    let reserveSize: Int?
    let mode: String?
    /// Of all pools of this database together; zero for no limit.
    let maxConnections: Int
    let connections: Int
    let isPaused: Bool
    let isDisabled: Bool

    init(_ row: Row) throws(RowError) {
        name = try row.get("name")
        host = try row.find("host")
        port = try row.find("port")
        database = try row.find("database")
        forcedUser = try row.find("force_user")
        poolSize = try row.find("pool_size")
        // Its name since 1.24.
        let reserve: Int? = try row.find("reserve_pool_size")
        reserveSize = if let reserve { reserve } else { try row.find("reserve_pool") }
        mode = try row.find("pool_mode")
        maxConnections = try row.find("max_connections") ?? 0
        connections = try row.find("current_connections") ?? 0
        isPaused = try row.find("paused", as: Int.self) == 1
        isDisabled = try row.find("disabled", as: Int.self) == 1
    }

    /// `10.0.0.5:5432/app`
    var place: String { "\(host ?? "socket"):\(port.map(String.init) ?? "?")/\(database ?? name)" }
    var isConsole: Bool { name == PostgreSQLSettings.poolerConsole }
}

/// What passed through for a database since PgBouncer started, and in its last `stats_period`: `SHOW STATS`.
struct PooledTraffic: Sendable {
    let database: String
    let transactions: Double?
    let queries: Double?
    /// In seconds, summed over clients.
    let waited: Double?
    /// A second.
    let transactionRate: Double?
    let queryRate: Double?
    /// In seconds, on average.
    let transactionTime: Double?
    let queryTime: Double?
    let waitTime: Double?

    init(_ row: Row) throws(RowError) {
        func seconds(_ column: String) throws(RowError) -> Double? {
            try row.find(column, as: Double.self).map { $0 / 1e6 }
        }
        database = try row.get("database")
        transactions = try row.find("total_xact_count")
        queries = try row.find("total_query_count")
        waited = try seconds("total_wait_time")
        transactionRate = try row.find("avg_xact_count")
        queryRate = try row.find("avg_query_count")
        transactionTime = try seconds("avg_xact_time")
        queryTime = try seconds("avg_query_time")
        waitTime = try seconds("avg_wait_time")
    }

    var isConsole: Bool { database == PostgreSQLSettings.poolerConsole }
}

/// A client's or a server's connection: `SHOW CLIENTS`, `SHOW SERVERS`.
struct PooledConnection: Sendable {
    let user: String?
    let database: String?
    let state: String?
    let address: String?
    let port: Int?
    let application: String?
    /// Of a client in the queue, in seconds.
    let waited: Double
    /// Of a server: the backend's process id, where PgBouncer speaks with PostgreSQL itself.
    let remotePID: Int?
    /// When the last request came or was sent on, to the second, in PgBouncer's time zone: only differences mean something.
    let requested: Double?

    init(_ row: Row) throws(RowError) {
        user = try row.find("user")
        database = try row.find("database")
        state = try row.find("state")
        address = try row.find("addr")
        port = try row.find("port")
        application = try row.find("application_name", as: String.self).flatMap { $0.isEmpty ? nil : $0 }
        let seconds: Int64 = try row.find("wait") ?? 0
        let fraction: Int64 = try row.find("wait_us") ?? 0
        waited = Double(seconds) + Double(fraction) / 1e6
        remotePID = try row.find("remote_pid")
        requested = try row.find("request_time", as: String.self).flatMap(Self.civilSeconds)
    }

    var isConsole: Bool { database == PostgreSQLSettings.poolerConsole }

    /// `2026-11-23 17:07:45 UTC` as seconds of its own calendar.
    static func civilSeconds(_ text: String) -> Double? {
        let numbers = text.split { !$0.isNumber }.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        // Days of the proleptic Gregorian calendar, with March as the first month of a year.
        let (year, month) = numbers[1] > 2 ? (numbers[0], numbers[1] - 3) : (numbers[0] - 1, numbers[1] + 9)
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + numbers[2]
        return Double(((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5])
    }
}

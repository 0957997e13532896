import Diagnostics

/// Who can hold a lock or wait for one: a session with all its parallel workers, or a prepared transaction.
public struct LockParty: Sendable, Hashable, Codable {
    public enum ID: Sendable, Hashable, Codable, Comparable {
        /// Of a group of parallel workers the leader: members of a group don't block each other.
        case session(pid: Int32)
        case preparedTransaction(gid: String)
    }

    public let id: ID
    public let role: String?
    public let application: String?
    /// Nil through a unix socket.
    public let address: String?
    public let database: String?
    /// `client backend`, `autovacuum worker`, `startup`…; nil where it is hidden.
    public let backendType: String?
    /// `active`, `idle in transaction`…; nil where it is hidden.
    public let state: String?
    /// When the session began: a pid together with this is never another session.
    public let started: Double?
    /// Seconds since the state changed.
    public let inState: Double?
    /// Seconds since the transaction began.
    public let transactionOpen: Double?
    /// Its statement, or its last one when it is idle.
    public let query: String?

    public init(
        id: ID, role: String? = nil, application: String? = nil, address: String? = nil, database: String? = nil,
        backendType: String? = nil, state: String? = nil, started: Double? = nil, inState: Double? = nil,
        transactionOpen: Double? = nil, query: String? = nil
    ) {
        self.id = id
        self.role = role
        self.application = application
        self.address = address
        self.database = database
        self.backendType = backendType
        self.state = state
        self.started = started
        self.inState = inState
        self.transactionOpen = transactionOpen
        self.query = query
    }

    init(_ row: Row) throws(RowError) {
        id = try ID(row)
        role = try row.getIfPresent("usename")
        application = try row.getIfPresent("application_name")
        address = try row.getIfPresent("client_addr")
        database = try row.getIfPresent("datname")
        backendType = try row.getIfPresent("backend_type")
        state = try row.getIfPresent("state")
        started = try row.getIfPresent("backend_start")
        inState = try row.getIfPresent("in_state")
        transactionOpen = try row.getIfPresent("transaction_open")
        query = try row.getIfPresent("query", as: StatementText.self)?.text
    }
}

extension LockParty.ID {
    fileprivate init(_ row: Row) throws(RowError) {
        if let leader: Int32 = try row.getIfPresent("leader_pid") {
            self = .session(pid: leader)
        } else if let pid: Int32 = try row.getIfPresent("pid") {
            self = .session(pid: pid)
        } else {
            self = .preparedTransaction(gid: try row.getIfPresent("gid") ?? "?")
        }
    }
}

extension LockParty.ID: CustomStringConvertible {
    public var description: String {
        switch self {
        case .session(let pid): "\(pid)"
        case .preparedTransaction(let gid): "prepared transaction '\(gid)'"
        }
    }
}

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
    /// What the session itself waits for, its type and name: `Lock:transactionid`, `Client:ClientRead`, `IPC:SyncRep`.
    public let waitEvent: String?
    /// True when the role that asked may not see what this session does: state, application, address and statement.
    public let isHidden: Bool
    /// When the session began: a pid together with this is never another session.
    public let started: Double?
    /// Seconds since the state changed.
    public let inState: Double?
    /// Seconds since its last statement began; of an active session, the one that runs.
    public let statementAge: Double?
    /// Seconds since the transaction began; of a prepared one, since it was prepared.
    public let transactionOpen: Double?
    /// Its statement, or its last one when it is idle.
    public let query: String?

    public init(
        id: ID, role: String? = nil, application: String? = nil, address: String? = nil, database: String? = nil,
        backendType: String? = nil, state: String? = nil, waitEvent: String? = nil, isHidden: Bool = false,
        started: Double? = nil, inState: Double? = nil, statementAge: Double? = nil, transactionOpen: Double? = nil,
        query: String? = nil
    ) {
        self.id = id
        self.role = role
        self.application = application
        self.address = address
        self.database = database
        self.backendType = backendType
        self.state = state
        self.waitEvent = waitEvent
        self.isHidden = isHidden
        self.started = started
        self.inState = inState
        self.statementAge = statementAge
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
        waitEvent = try row.getIfPresent("wait_event")
        started = try row.getIfPresent("backend_start")
        inState = try row.getIfPresent("in_state")
        statementAge = try row.getIfPresent("statement_age")
        transactionOpen = try row.getIfPresent("transaction_open")
        let query = try row.getIfPresent("query", as: StatementText.self)?.text
        isHidden = query == Self.hiddenQuery
        self.query = query == Self.hiddenQuery ? nil : query
    }
}

extension LockParty {
    /// What pg_stat_activity shows in place of a statement that the role may not see.
    private static let hiddenQuery = "<insufficient privilege>"
}

extension LockParty.ID {
    fileprivate init(_ row: Row) throws(RowError) {
        if let pid: Int32 = try Self.leader(row) {
            self = .session(pid: pid)
        } else if let pid: Int32 = try row.getIfPresent("pid") {
            self = .session(pid: pid)
        } else {
            self = .preparedTransaction(gid: try row.getIfPresent("gid") ?? "?")
        }
    }

    /// The leader of the lock group, if a parallel worker of a query says this. A worker of logical replication has a
    /// leader too, but they are no lock group and can wait for each other.
    static func leader(_ row: Row) throws(RowError) -> Int32? {
        guard try row.getIfPresent("backend_type") == "parallel worker" else { return nil }
        return try row.getIfPresent("leader_pid")
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

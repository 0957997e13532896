import Diagnostics
import Queries

/// A process of the server that has a session: `remedies.sql`.
struct Backend: Answer, Hashable {
    let pid: Int32
    let leader: Int32?
    let role: String?
    let application: String?
    /// Nil through a unix socket.
    let address: String?
    let database: String?
    /// Nil where it is hidden.
    let type: String?
    let state: String?
    let wait: String?
    /// Nil where it is hidden.
    let started: Microseconds?
    let transactionStarted: Microseconds?
    let statementStarted: Microseconds?
    let stateChanged: Microseconds?
    /// Seconds.
    let inState: Double?
    let transactionOpen: Double?
    let statementAge: Double?
    let query: String?
    let isOwn: Bool
    let isSuperuser: Bool
    /// Whether our role may signal it.
    let maySignal: Bool
    let advisoryLocks: Int

    static var files: [SQLFile] { [PostgreSQLQueries.remedies] }

    init(_ row: Row) throws(RowError) {
        pid = try row.get("pid")
        leader = try row.getIfPresent("leader_pid")
        role = try row.getIfPresent("usename")
        application = try row.getIfPresent("application_name")
        address = try row.getIfPresent("client_addr")
        database = try row.getIfPresent("datname")
        type = try row.getIfPresent("backend_type")
        state = try row.getIfPresent("state")
        wait = try row.getIfPresent("wait")
        started = try row.getIfPresent("backend_start")
        transactionStarted = try row.getIfPresent("xact_start")
        statementStarted = try row.getIfPresent("query_start")
        stateChanged = try row.getIfPresent("state_change")
        inState = try row.getIfPresent("in_state")
        transactionOpen = try row.getIfPresent("transaction_open")
        statementAge = try row.getIfPresent("statement_age")
        query = try row.getIfPresent("query", as: StatementText.self)?.text
        isOwn = try row.get("is_own")
        isSuperuser = try row.get("is_superuser")
        maySignal = try row.getIfPresent("may_signal") ?? false
        advisoryLocks = try row.get("advisory_locks")
    }
}

extension Backend {
    /// What it is for; decides who may end it, and how.
    enum Kind: Sendable, Hashable {
        case client
        case parallelWorker(leader: Int32)
        case autovacuum
        /// A WAL sender: a standby, a subscriber, a base backup.
        case replication
        /// A background worker of replication or an extension that has a session in a database.
        case worker(String)
        /// The server's own: checkpointer, WAL writer, startup…
        case auxiliary(String)
    }

    var kind: Kind {
        if let leader { return .parallelWorker(leader: leader) }
        switch type {
        case nil, "client backend": return .client
        case "autovacuum worker": return .autovacuum
        case "walsender": return .replication
        case let type?: return database == nil || type == "slotsync worker" ? .auxiliary(type) : .worker(type)
        }
    }

    /// Runs nothing: a cancel has nothing to end.
    var isIdle: Bool { state?.hasPrefix("idle") ?? false }

    var isIdleInTransaction: Bool { state?.hasPrefix("idle in transaction") ?? false }

    var preventsWraparound: Bool { query?.contains("(to prevent wraparound)") ?? false }
}

// MARK: - For people and programs

extension Backend {
    /// `4711 app@orders "worker" from 10.0.0.3`.
    var name: String {
        let who = [role, database].compactMap { $0 }.joined(separator: "@")
        let parts = [
            type == "client backend" ? nil : type, "\(pid)", who.isEmpty ? nil : who,
            application.flatMap { $0.isEmpty ? nil : "\"\($0)\"" }, address.map { "from \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    /// Nothing where the role does not see what it does.
    var details: [String] {
        guard started != nil else { return [] }
        let statement = (query ?? "").onOneLine
        return [doing] + (statement.isEmpty ? [] : [(isIdle ? "last: " : "") + statement])
    }

    /// `idle in transaction for 3 min, transaction open for 5 min, session began 2026-01-31T23:59:59Z`.
    private var doing: String {
        let parts = [
            state.map { $0 + (inState.map { " for \(Units.seconds(max(0, $0)))" } ?? "") },
            transactionOpen.map { "transaction open for \(Units.seconds(max(0, $0)))" },
            isIdle ? nil : statementAge.map { "statement running for \(Units.seconds(max(0, $0)))" },
            wait.flatMap { isIdle ? nil : "waits for \($0)" },
            started.map { "session began \($0.timestamp)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    var facts: [Deed.Fact] {
        [
            .init("pid", .integer(Int64(pid))), .init("usename", Cell(role)), .init("datname", Cell(database)),
            .init("application_name", Cell(application)), .init("client_addr", Cell(address)),
            .init("backend_type", Cell(type)), .init("state", Cell(state)), .init("in_state", Cell(seconds: inState)),
            .init("transaction_open", Cell(seconds: transactionOpen)),
            .init("statement_age", Cell(seconds: statementAge)), .init("wait", Cell(wait)),
            .init("backend_start", started.map { .time($0.timestamp) } ?? .none), .init("query", Cell(query)),
        ]
    }
}

extension String {
    /// With each run of white space as one blank.
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

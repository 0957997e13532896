import Diagnostics
import Queries

/// What server this is and what this session may see of it: `server.sql`.
struct Server: Answer {
    let version: String
    let versionNumber: Int
    let isInRecovery: Bool
    let started: Timestamp
    let pid: Int32
    let role: String
    let database: String
    let isSuperuser: Bool
    let seesAll: Bool
    let maxConnections: Int
    let superuserReserved: Int
    let roleReserved: Int
    /// Nil on a standby.
    let currentWAL: Int64?
    let waiting: Int
    /// Nil for PostgreSQL as it is released.
    let flavour: Flavour?
    /// What this session goes by; the defaults where a pooler kept ours from the server.
    let idleThreshold: Double
    let transactionThreshold: Double
    /// Where pg_stat_statements is installed.
    let hasStatements: Bool

    static var files: [SQLFile] { [PostgreSQLQueries.server] }

    init(_ row: Row) throws(RowError) {
        version = try row.get("version")
        versionNumber = try row.get("version_num")
        isInRecovery = try row.get("in_recovery")
        started = try row.get("started")
        pid = try row.get("pid")
        role = try row.get("role_name")
        database = try row.get("database_name")
        isSuperuser = try row.getIfPresent("is_superuser") ?? false
        seesAll = try row.get("sees_all")
        maxConnections = try row.get("max_connections")
        superuserReserved = try row.get("superuser_reserved")
        roleReserved = try row.get("role_reserved")
        currentWAL = try row.getIfPresent("current_wal")
        waiting = try row.get("waiting")
        flavour = Flavour(
            version: try row.get("full_version"), administrators: try row.getIfPresent("administrators"))
        idleThreshold = try row.get("idle_threshold")
        transactionThreshold = try row.get("transaction_threshold")
        hasStatements = try row.get("has_statements")
    }

    /// The sessions that roles without special rights can have together.
    var ordinaryConnections: Int { max(1, maxConnections - superuserReserved - roleReserved) }

    /// - Throws: `.forbidden` when this role sees only its own: what it counts would be too few, and no zero. It says the
    ///   same whatever was looked for, so that it is told once.
    func requireSight(of what: String) throws(ProbeError) {
        guard !seesAll else { return }
        throw ProbeError(
            .forbidden, step: "read \(what)",
            message:
                "role \(role) sees only its own sessions: what others do and run, and how standbys follow, is hidden",
            advice: "GRANT pg_monitor TO \(role.sqlIdentifier)")
    }
}

/// Which cluster this is: `system.sql`.
struct System: Answer {
    let identifier: String
    let timeline: Int

    static var files: [SQLFile] { [PostgreSQLQueries.system] }

    init(_ row: Row) throws(RowError) {
        identifier = try row.get("system_identifier")
        timeline = try row.get("timeline")
    }

    /// Names what counts: standbys have the primary's identifier but counters of their own, so after a failover behind
    /// one address the timeline tells the new primary from the old one.
    var counterIdentity: String { "\(identifier)/\(timeline)" }
}

import Diagnostics

/// PgBouncer's administration console, the virtual database `pgbouncer`: it has SHOW commands and no SQL.
struct PoolerConsole: ~Copyable {
    private let connection: Connection
    private let deadline: Deadline

    /// - Throws: what `Connection.open` throws, in words that fit a pooler; `.forbidden` when the role may not look.
    static func open(_ settings: PostgreSQLSettings, until deadline: Deadline) async throws(ProbeError) -> PoolerConsole
    {
        let console = settings.ofPoolerConsole
        do {
            return PoolerConsole(
                connection: try await Connection.open(console, until: deadline), deadline: deadline)
        } catch {
            if error.saysThereIsNoDatabase { throw await Stranger.found(settings, because: error, until: deadline) }
            throw error.asToldByPooler(role: console.role)
        }
    }

    var tcpConnectTime: Duration? { connection.tcpConnectTime }

    /// The answer to `SHOW …`.
    func show(_ what: String) async throws(ProbeError) -> Rows {
        try await connection.command(Query(step: "SHOW \(what)", text: "SHOW \(what)"), until: deadline)
    }

    /// The answer to `SHOW …`, each of its rows as a value.
    func show<Value>(
        _ what: String, _ decode: (Row) throws(RowError) -> Value
    ) async throws(ProbeError) -> [Value] {
        let rows = try await show(what)
        do {
            return try rows.map(decode)
        } catch {
            throw ProbeError(.protocolViolation, step: "SHOW \(what)", message: error.description)
        }
    }
}

extension PostgreSQLSettings {
    /// The database that is no database but the console.
    public static let poolerConsole = "pgbouncer"
    /// PgBouncer's own default.
    public static let poolerPort = "6432"

    /// Whether these settings lead to a pooler's console and not to a database.
    public var isPoolerConsole: Bool { parameters["dbname"] == Self.poolerConsole }

    /// The console of the pooler at the same place. Any server that is told from others by asking it in SQL is no pooler.
    public var ofPoolerConsole: PostgreSQLSettings {
        var settings = self
        settings.parameters["dbname"] = Self.poolerConsole
        settings.parameters["target_session_attrs"] = "any"
        settings.wantsLimits = false
        return settings
    }

    /// As who one logs in.
    fileprivate var role: String { (try? conninfo.resolved())?.values["user"] ?? "this user" }
}

extension ProbeError {
    fileprivate var saysThereIsNoDatabase: Bool {
        kind == .misconfigured && message.contains(PostgreSQLSettings.poolerConsole)
    }

    /// PgBouncer has words of its own, never localised, and one SQLSTATE (08P01) for all of them.
    fileprivate func asToldByPooler(role: String) -> ProbeError {
        if message.contains("not allowed") {
            return ProbeError(
                .forbidden, step: step, message: "role \(role) may not use PgBouncer's console: \(message)",
                advice: "add \(role) to stats_users in pgbouncer.ini, then RELOAD (systemctl reload pgbouncer)")
        }
        let advice: String? =
            switch kind {
            case .unauthenticated:
                "check the password of \(role) in PgBouncer's auth_file (auth_query serves the console only with "
                    + "auth_dbname)"
            case .refused: "is PgBouncer running there? It listens on port 6432 unless listen_port says otherwise"
            default: advice
            }
        return ProbeError(kind, step: step, message: message, advice: advice)
    }
}

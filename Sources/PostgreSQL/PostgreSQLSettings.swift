import Diagnostics

/// How one PostgreSQL server (or a pooler before it) is reached, and what is thought long there.
///
/// Whatever is left out comes from where libpq takes it: `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGSSLMODE`,
/// `PGSERVICE`, the service file, `~/.pgpass`. So `PostgreSQLSettings(name: "db")` is the environment's own server.
public struct PostgreSQLSettings: Sendable {
    /// The target's name in results.
    public var name: String
    /// libpq's connection keywords with their values (PostgreSQL manual, 34.1.2): `host`, `port`, `dbname`, `sslmode`…
    public var parameters: [String: String]
    /// Wins over a password among `parameters`, the environment's and pgpass.
    public var password: String?
    public var labels: Labels
    /// What the server lets one of our statements take.
    public var statementTimeout: Duration
    /// What the server lets one of our statements wait for a lock.
    public var lockTimeout: Duration
    /// A session idle for longer is shown as such; the runbook says 10 minutes.
    public var idleThreshold: Duration
    /// A transaction open for longer is shown as such.
    public var transactionThreshold: Duration
    /// `application_name` of each standby that should be streaming from this server; its absence is then reported.
    public var expectedStandbys: [String]
    /// Questions of the user's own that a sweep asks too.
    public var ownQueries: [OwnQuery] = []
    /// Of the server's log on this machine, perhaps with `*` in its name: reports of deadlocks are there.
    public var log: String?
    /// False for a pooler's console: what bounds statements means nothing there, and being refused for it would cost a
    /// second login.
    var wantsLimits = true

    public init(
        name: String, parameters: [String: String] = [:], password: String? = nil, labels: Labels = [:],
        statementTimeout: Duration = .seconds(5), lockTimeout: Duration = .milliseconds(500),
        idleThreshold: Duration = .seconds(600), transactionThreshold: Duration = .seconds(300),
        expectedStandbys: [String] = [], log: String? = nil
    ) {
        self.name = name
        self.parameters = parameters
        self.password = password
        self.labels = labels
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleThreshold = idleThreshold
        self.transactionThreshold = transactionThreshold
        self.expectedStandbys = expectedStandbys
        self.log = log
    }

    /// Reads a connection URI (`postgresql://…`), a string of keywords (`host=db dbname=app`) or `HOST[:PORT]`.
    ///
    /// - Parameter name: of the target; by default its address.
    /// - Throws: `.misconfigured`, in words that repeat nothing of the text, since it may hold a password.
    public init(uri text: String, name: String? = nil) throws(ProbeError) {
        let conninfo = try Conninfo(parsing: text)
        self.init(name: name ?? "", parameters: conninfo.values)
        if name == nil { self.name = address }
    }

    /// A connection URI or string of keywords as it may be shown; nil when its password cannot simply be left out.
    public static func withoutPassword(_ text: String) -> String? {
        guard hasPassword(text) else { return text }
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return nil
        }
        let shown = String(text[..<colon] + text[at...])
        return hasPassword(shown) ? nil : shown
    }

    private static func hasPassword(_ text: String) -> Bool {
        guard let conninfo = try? Conninfo(parsing: text) else { return true }
        return conninfo.values["password"] != nil || conninfo.values["sslpassword"] != nil
    }

    /// Where the server is, for people: `db:5432`, `[::1]:5432`, `/run/postgresql:5432`, several with commas. Without
    /// the user and never with a password.
    public var address: String {
        guard let resolved = try? conninfo.resolved() else { return "?" }
        return resolved.endpoints.map(\.description).joined(separator: ",")
    }

    /// The hosts with their ports, as libpq would try them; none where all are unix sockets, or libpq cannot read them.
    public var hosts: [(host: String, port: UInt16)] {
        ((try? conninfo.resolved())?.endpoints ?? []).filter { !$0.isUnixSocket }.map {
            ($0.address.isEmpty ? $0.host : $0.address, $0.port)
        }
    }

    var conninfo: Conninfo {
        var values = parameters
        values["password"] = password ?? parameters["password"]
        return Conninfo(values: values)
    }
}

import Glibc

/// PgBouncer in transaction mode in front of the primary. Of its databases `narrow` has a pool of one server connection
/// and `resting` is nobody's; any other name leads to the database of that name.
public struct PgBouncerServer: Sendable {
    public let host = "127.0.0.1"
    public let port: UInt16
    public let socketFolder: String
    public let log: String
    /// May use the console, the database `pgbouncer`, for everything.
    public let administrator: Account
    /// May use the console's SHOW commands, and PostgreSQL's databases through the pooler.
    public let monitor: Account

    /// Opens a blocking session through the pooler, or to its console, the database `pgbouncer`.
    public func session(as account: Account, database: String) throws -> SQLSession {
        try SQLSession(
            """
            host=\(host) port=\(port) user=\(account.name) password=\(account.password) dbname=\(database) \
            sslmode=disable gssencmode=disable connect_timeout=10
            """)
    }

    static func start(on ground: Ground, before servers: PostgreSQLServers) throws -> PgBouncerServer {
        let folder = try ground.makeFolder("pgbouncer")
        let administrator = try Account("pgbouncer", for: "pgbouncer", on: ground)
        let accounts = [administrator, servers.monitor, servers.application]
        let users = accounts.map { "\"\($0.name)\" \"\($0.password)\"\n" }.joined()
        try ground.write(users, to: folder + "/users.txt", mode: 0o600)
        let port = try Ports.unused()
        let settings = configuration(folder, port, servers)
        try ground.write(settings, to: folder + "/pgbouncer.ini", mode: 0o600)
        let log = folder + "/pgbouncer.log"
        let process = try ground.start("pgbouncer", .pgbouncer, ["pgbouncer.ini"], folder: folder, log: log)
        try waitUntil("PgBouncer answers on port \(port)") {
            try process.checkRunning()
            return try Socket.canConnect(to: port)
        }
        return PgBouncerServer(
            port: port, socketFolder: folder, log: log, administrator: administrator, monitor: servers.monitor)
    }

    private static func configuration(_ folder: String, _ port: UInt16, _ servers: PostgreSQLServers) -> String {
        """
        [databases]
        narrow = host=127.0.0.1 port=\(servers.primary.port) dbname=\(servers.database) pool_size=1
        resting = host=127.0.0.1 port=\(servers.primary.port) dbname=\(servers.database)
        * = host=127.0.0.1 port=\(servers.primary.port)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir = \(folder)
        auth_type = scram-sha-256
        auth_file = users.txt
        admin_users = pgbouncer
        stats_users = \(servers.monitor.name)
        pool_mode = transaction
        default_pool_size = 4
        ignore_startup_parameters = extra_float_digits,options
        """
    }
}

import Foundation
import Glibc

/// A primary and a hot standby that streams from it, over TCP (plain or TLS) and unix sockets, SCRAM everywhere but for
/// the roles of `AccessRules`.
public struct PostgreSQLServers: Sendable {
    public struct Server: Sendable {
        public let host = "127.0.0.1"
        public let port: UInt16
        /// The folder of the unix socket, for `host=`.
        public let socketFolder: String
        /// The server's own log, in the plain format unless `log_destination` is set to another one.
        public let log: String
        public let dataFolder: String
        let process: Child
    }

    public let primary: Server
    public let standby: Server
    public let installation: PostgreSQLInstallation
    /// The database of the application.
    public let database = "app"
    public let superuser: Account
    /// May log in and is a member of `pg_monitor`, no more.
    public let monitor: Account
    /// Owns the tables of the application.
    public let application: Account
    /// What the servers show of themselves by TLS, and the client certificates that they take.
    public let certificates: ServerCertificates
    /// The primary's.
    public let maxConnections = 30
    public let reservedConnections = 3

    /// A connection URI without a password.
    public func uri(of server: Server, as account: Account) -> String {
        "postgresql://\(account.name)@\(server.host):\(server.port)/\(database)"
    }

    /// Opens a blocking session; call it on a thread that may block.
    public func session(
        on server: Server, as account: Account, database: String? = nil, name: String = "playground"
    ) throws -> SQLSession {
        try SQLSession(
            conninfo(server, account, database ?? self.database) + " application_name='\(name)'")
    }
}

extension PostgreSQLServers {
    static func start(on ground: Ground, with installation: PostgreSQLInstallation) throws -> PostgreSQLServers {
        let servers = try PostgreSQLServers(on: ground, with: installation)
        try servers.waitForAnswer(from: servers.primary, database: "postgres")
        try servers.makeRolesAndTables()
        try servers.waitForAnswer(from: servers.standby, database: servers.database)
        try servers.waitForReplication()
        return servers
    }

    /// The standby begins as a copy of the primary that has never run: it has the same system identifier and streams
    /// everything from the first record on, which saves a base backup. Its control file remembers what `initdb` was
    /// told, so it must allow as many connections: the default, 100.
    private init(on ground: Ground, with installation: PostgreSQLInstallation) throws {
        self.installation = installation
        let hasTLS = try installation.hasTLS()
        let folder = try ground.makeFolder("postgresql")
        superuser = try Account("postgres", for: "postgresql", on: ground)
        monitor = try Account("monitor", for: "postgresql", on: ground)
        application = try Account("app", for: "postgresql", on: ground)
        let ports = (primary: try Ports.unused(), standby: try Ports.unused())
        certificates = try ServerCertificates(in: folder, authority: "postgresql-authority", on: ground)
        try makeCluster("primary", of: installation, in: folder, password: superuser.password, on: ground)
        try AccessRules.write(to: folder + "/primary/pg_hba.conf", withTLS: hasTLS, on: ground)
        try ground.run(.copy, ["-a", "primary", "standby"], in: folder)
        let modules = installation.hasStatementStatistics ? "shared_preload_libraries = 'pg_stat_statements'" : ""
        let common = [modules, hasTLS ? encryption(in: folder) : ""].joined(separator: "\n")
        try configure(
            "primary", in: folder, port: ports.primary, more: common + "\nmax_connections = 30", on: ground)
        let source = """
            primary_conninfo = 'host=127.0.0.1 port=\(ports.primary) user=\(superuser.name) \
            password=\(superuser.password) application_name=standby sslmode=disable gssencmode=disable'
            """
        try configure("standby", in: folder, port: ports.standby, more: common + "\n" + source, on: ground)
        try ground.write("", to: folder + "/standby/standby.signal")
        primary = try startServer("primary", of: installation, in: folder, port: ports.primary, on: ground)
        standby = try startServer("standby", of: installation, in: folder, port: ports.standby, on: ground)
    }

    private func waitForAnswer(from server: Server, database: String) throws {
        try waitUntil("PostgreSQL answers on port \(server.port)") {
            try server.process.checkRunning()
            let session = try session(on: server, as: superuser, database: database)
            session.close()
            return true
        }
    }

    private func makeRolesAndTables() throws {
        let session = try session(on: primary, as: superuser, database: "postgres")
        try session.run("CREATE ROLE \(monitor.name) LOGIN PASSWORD '\(monitor.password)' IN ROLE pg_monitor")
        try session.run("CREATE ROLE \(application.name) LOGIN PASSWORD '\(application.password)'")
        try session.run("CREATE ROLE \(certificates.role) LOGIN IN ROLE pg_monitor")
        try session.run("CREATE DATABASE \(database) OWNER \(application.name)")
        session.close()
        if installation.hasStatementStatistics {
            let extensions = try self.session(on: primary, as: superuser)
            try extensions.run("CREATE EXTENSION pg_stat_statements")
            extensions.close()
        }
        let tables = try self.session(on: primary, as: application)
        try tables.run(
            """
            CREATE TABLE debates (id int PRIMARY KEY, topic text, rounds int NOT NULL DEFAULT 0);
            CREATE TABLE votes (id bigserial PRIMARY KEY, debate int REFERENCES debates, at timestamptz DEFAULT now());
            INSERT INTO debates SELECT id, 'topic ' || id FROM generate_series(1, 100) AS id;
            """)
        tables.close()
    }

    /// Blocks until the standby shows everything that the primary has.
    public func waitForStandby() throws { try waitForReplication() }

    func waitForReplication() throws {
        let session = try session(on: primary, as: superuser)
        defer { session.close() }
        // Commits here do not wait for the disk, and what is not written yet does not count as current. This one writes all;
        // one with nothing but a transaction id would not.
        try session.run("SET synchronous_commit = on")
        try session.run("SELECT pg_logical_emit_message(true, 'playground', 'written')")
        try waitUntil("the standby has replayed everything") {
            let lag = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
            return try session.run(lag) == [["1"]]
        }
    }

    private func conninfo(_ server: Server, _ account: Account, _ database: String) -> String {
        """
        host=\(server.host) port=\(server.port) user=\(account.name) password=\(account.password) \
        dbname=\(database) sslmode=disable gssencmode=disable connect_timeout=10
        """
    }
}

private func makeCluster(
    _ name: String, of installation: PostgreSQLInstallation, in folder: String, password: String, on ground: Ground
) throws {
    let passwordFile = folder + "/initdb.password"
    try ground.write(password, to: passwordFile, mode: 0o600)
    defer { unlink(passwordFile) }
    try ground.run(
        installation.tool(.initdb),
        [
            "--pgdata=\(name)", "--username=postgres", "--pwfile=\(passwordFile)", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ], in: folder)
}

private func startServer(
    _ name: String, of installation: PostgreSQLInstallation, in folder: String, port: UInt16, on ground: Ground
) throws -> PostgreSQLServers.Server {
    let output = "\(folder)/\(name).log"
    let data = "\(folder)/\(name)"
    let process = try ground.start(
        "postgresql-\(name)", installation.tool(.postgres), ["-D", data], folder: folder, log: output)
    let log = "\(folder)/\(name)-server.log"
    return PostgreSQLServers.Server(port: port, socketFolder: folder, log: log, dataFolder: data, process: process)
}

private func encryption(in folder: String) -> String {
    """
    ssl = on
    ssl_cert_file = '\(folder)/server.crt'
    ssl_key_file = '\(folder)/server.private'
    ssl_ca_file = '\(folder)/clients-ca.crt'
    """
}

/// Small, without care for a power cut, and talkative about what diagnosis is about. Shared memory of the dynamic
/// kind is in files of the data folder, so that nothing stays in /dev/shm even after SIGKILL.
private func configure(_ name: String, in folder: String, port: UInt16, more: String, on ground: Ground) throws {
    let settings = """
        listen_addresses = '127.0.0.1,::1'
        port = \(port)
        unix_socket_directories = '\(folder)'
        superuser_reserved_connections = 3
        max_prepared_transactions = 10
        shared_buffers = 16MB
        dynamic_shared_memory_type = mmap
        fsync = off
        synchronous_commit = off
        full_page_writes = off
        max_wal_size = 256MB
        wal_keep_size = 64MB
        archive_mode = on
        archive_command = 'true'
        hot_standby = on
        wal_receiver_status_interval = 1s
        wal_retrieve_retry_interval = 100ms
        max_standby_streaming_delay = 1s
        track_io_timing = on
        track_functions = 'all'
        deadlock_timeout = 200ms
        log_lock_waits = on
        log_connections = off
        log_destination = 'stderr'
        logging_collector = on
        log_directory = '\(folder)'
        log_filename = '\(name)-server.log'
        log_line_prefix = '%m [%p] %q%u@%d %a '
        log_timezone = 'UTC'
        timezone = 'UTC'
        cluster_name = '\(name)'
        \(more)
        """
    try ground.write(settings, to: "\(folder)/\(name)/postgresql.auto.conf", mode: 0o600)
}

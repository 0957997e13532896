/// One more PgBouncer in front of the primary, for what the usual one does not do.
public struct PgBouncerVariant: Sendable {
    public let port: UInt16
    /// In the abstract namespace: `@…`, for `host=`.
    public let socketFolder: String

    /// - Parameters:
    ///   - options: lines of the section `[pgbouncer]`.
    static func start(on ground: Ground, before servers: PostgreSQLServers, options: String) throws -> PgBouncerVariant
    {
        let port = try Ports.unused()
        let folder = try ground.makeFolder("pgbouncer-\(port)")
        let users = [servers.monitor].map { "\"\($0.name)\" \"\($0.password)\"\n" }.joined()
        try ground.write(users, to: folder + "/users.txt", mode: 0o600)
        let settings = """
            [databases]
            * = host=127.0.0.1 port=\(servers.primary.port)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir = @diag-\(port)
            auth_type = scram-sha-256
            auth_file = users.txt
            default_pool_size = 4
            \(options)
            """
        try ground.write(settings, to: folder + "/pgbouncer.ini", mode: 0o600)
        let process = try ground.start(
            "pgbouncer-\(port)", .pgbouncer, ["pgbouncer.ini"], folder: folder, log: folder + "/pgbouncer.log")
        try waitUntil("PgBouncer answers on port \(port)") {
            try process.checkRunning()
            return try Socket.canConnect(to: port)
        }
        return PgBouncerVariant(port: port, socketFolder: "@diag-\(port)")
    }
}

extension Playground {
    /// PgBouncer with options of its own in front of the primary; a new one each time.
    public func pgbouncer(options: String) async throws -> PgBouncerVariant {
        let ground = try await startedGround()
        let servers = try await postgresql()
        return try await onThread { try PgBouncerVariant.start(on: ground, before: servers, options: options) }
    }
}

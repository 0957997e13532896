import Foundation

extension Playground {
    /// Starts every service that a sweep looks at, all at once.
    public func startAll() async throws {
        async let postgresql = postgresql()
        async let pgbouncer = pgbouncer()
        async let redis = redis()
        async let tls = tls()
        async let application = application()
        async let logs = logs()
        async let road = slowRoad()
        async let host = host()
        async let hostile = hostile()
        _ = try await (postgresql, pgbouncer, redis, tls, application, logs, road, host, hostile)
    }

    /// Writes a configuration of `diag` for all of that into the folder, with secrets in files of their own.
    /// - Parameter withRecordedHost: else the host is the machine that `diag` runs on.
    /// - Returns: the path of the file.
    public func writeConfiguration(withRecordedHost: Bool = true) async throws -> String {
        try await startAll()
        let folder = try await folder()
        let text = [
            try await postgresqlTargets(), try await poolerTarget(), try await redisTargets(), try await otherTargets(),
            withRecordedHost ? try await hostTarget() : "  host:\n    - name: this-host",
            "history:\n  path: \(folder)/diag.sqlite\n",
        ]
        let path = folder + "/diag.yaml"
        let all = "targets:\n" + text.joined(separator: "\n")
        try await onThread { try all.write(toFile: path, atomically: true, encoding: .utf8) }
        return path
    }

    /// The standby is reached by the road that can be made slow.
    private func postgresqlTargets() async throws -> String {
        let servers = try await postgresql()
        let road = try await slowRoad()
        let monitor = servers.monitor
        return """
              postgresql:
                - name: primary
                  url: \(servers.uri(of: servers.primary, as: monitor))
                  password_file: \(monitor.passwordFile)
                - name: standby
                  url: postgresql://\(monitor.name)@\(road.host):\(road.port)/\(servers.database)
                  password_file: \(monitor.passwordFile)
            """
    }

    private func poolerTarget() async throws -> String {
        let pooler = try await pgbouncer()
        return """
              pgbouncer:
                - name: pooler
                  url: postgresql://\(pooler.monitor.name)@\(pooler.host):\(pooler.port)/
                  password_file: \(pooler.monitor.passwordFile)
            """
    }

    private func redisTargets() async throws -> String {
        let servers = try await redis()
        let nodes = [("cache", servers.master), ("cache-replica", servers.replica)].map { name, server in
            """
                - name: \(name)
                  url: redis://\(server.host):\(server.port)
                  user: \(servers.monitor.name)
                  password_file: \(servers.monitor.passwordFile)
            """
        }
        let sentinels = servers.sentinels.enumerated().map { index, sentinel in
            """
                - name: sentinel-\(index + 1)
                  address: \(sentinel.host):\(sentinel.port)
            """
        }
        return (["  redis:"] + nodes + ["  sentinel:"] + sentinels).joined(separator: "\n")
    }

    private func otherTargets() async throws -> String {
        let tls = try await tls()
        let application = try await application()
        let logs = try await logs()
        return """
              tls:
                - name: web
                  address: \(tls.host):\(tls.port(.web))
                  server_name: \(tls.serverName)
                  ca_file: \(tls.authority)
              http:
                - name: app
                  url: \(application.url)
                  token_file: \(application.tokenFile)
              logs:
                - name: auth
                  path: \(logs.path(.auth))
                  watch: [auth_failures]
                - name: access
                  path: \(logs.path(.access))
                  watch: [rate_limit]
            """
    }

    private func hostTarget() async throws -> String {
        """
          host:
            - name: this-host
              root: \(try await host().root)
        """
    }
}

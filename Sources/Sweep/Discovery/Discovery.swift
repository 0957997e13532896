import Diagnostics
import Glibc
import HTTP
import Host
import Logs
import Network
import PostgreSQL
import Redis
import TLS

/// Finds targets when none are configured: what the environment names, and what listens at the usual ports and sockets
/// of this machine.
struct Discovery {
    /// What was found, and in words where.
    static func targets(
        environment: [String: String], ports: ListeningPorts
    ) -> (targets: [ConfiguredTarget], notes: [String]) {
        var discovery = Discovery(environment: environment, ports: ports)
        discovery.findPostgreSQL()
        discovery.findRedis()
        discovery.findEndpoints()
        discovery.findLogs()
        discovery.add(.host(HostSettings()), "host", because: "this machine")
        return (discovery.targets, [discovery.summary])
    }

    private let environment: [String: String]
    private let ports: ListeningPorts
    private var targets: [ConfiguredTarget] = []
    private var reasons: [String] = []

    private init(environment: [String: String], ports: ListeningPorts) {
        self.environment = environment
        self.ports = ports
    }

    private var summary: String {
        "no targets are configured; found by myself: " + reasons.joined(separator: ", ")
    }

    private mutating func add(_ settings: ConfiguredTarget.Settings, _ name: String, because reason: String) {
        targets.append(ConfiguredTarget(name: name, settings: settings))
        reasons.append("\(name) (\(reason))")
    }
}

// MARK: - What to look for

extension Discovery {
    private mutating func findPostgreSQL() {
        let variables = ["PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT"].filter { environment[$0]?.isEmpty == false }
        if !variables.isEmpty {
            let settings = PostgreSQLSettings(name: "postgresql")
            return add(.postgresql(settings), "postgresql", because: variables.joined(separator: ", "))
        }
        for port in UInt16(5432)...5435 {
            let sockets = ["/var/run/postgresql", "/tmp"].filter { TextFile.exists("\($0)/.s.PGSQL.\(port)") }
            guard let host = sockets.first ?? ports.host(at: port) else { continue }
            let parameters = ["host": host, "port": "\(port)"]
            let name = "postgresql-\(port)"
            add(
                .postgresql(PostgreSQLSettings(name: name, parameters: parameters)), name,
                because: sockets.first.map { "socket in \($0)" } ?? "port \(port)")
        }
    }

    private mutating func findRedis() {
        if let variable = ["REDIS_URL", "VALKEY_URL"].first(where: { environment[$0]?.isEmpty == false }) {
            add(redisOfEnvironment(), "redis", because: variable)
        } else if let host = ports.host(at: RedisSettings.defaultPort) {
            var settings = RedisSettings(endpoint: .tcp(host: host, port: RedisSettings.defaultPort))
            settings.password = RedisSettings.password(in: environment)
            add(.redis(settings), "redis", because: "port \(RedisSettings.defaultPort)")
        }
        if let host = ports.host(at: RedisSettings.defaultSentinelPort) {
            let settings = RedisSettings(endpoint: .tcp(host: host, port: RedisSettings.defaultSentinelPort))
            add(.sentinel(settings), "sentinel", because: "port \(RedisSettings.defaultSentinelPort)")
        }
    }

    /// A URL that cannot be read must not pass for the usual server: what is there may be quite another one.
    private func redisOfEnvironment() -> ConfiguredTarget.Settings {
        do throws(ProbeError) {
            return .redis(try RedisSettings.environment(environment) ?? RedisSettings())
        } catch {
            let named = ProbeError(error.kind, step: "read REDIS_URL", message: error.message, advice: error.advice)
            return .unreadable(.redis, from: "REDIS_URL", named)
        }
    }

    private mutating func findEndpoints() {
        for port in [UInt16(443), 8443] {
            guard let host = ports.host(at: port) else { continue }
            add(.tls(TLSSettings(host: host, port: port)), "tls-\(port)", because: "port \(port)")
        }
        if let host = ports.host(at: 8080) {
            let url = "http://\(host.contains(":") ? "[\(host)]" : host):8080"
            add(.http(HTTPSettings(baseURL: url)), "application", because: "port 8080")
        }
    }

    private mutating func findLogs() {
        for (file, name) in [("auth.log", "auth-log"), ("access.log", "access-log")] {
            let path = "/var/log/aragora/\(file)"
            guard TextFile.exists(path) else { continue }
            add(.log(LogSettings(path: path)), name, because: path)
        }
    }
}

/// Real servers on 127.0.0.1 for tests, demonstrations and benchmarks.
///
/// Every service starts when it is first asked for, on unused ports, in one temporary folder; asked for twice at
/// once, it still starts once. Everything ends and the folder goes when `stop()` is called, when the last reference
/// is dropped, or when this process dies in whatever way: see `Watchdog`.
///
///     let servers = try await Playground.shared.postgresql()
///
/// Tests that break something take a playground of their own, and stop it:
///
///     let playground = Playground()
///     let servers = try await playground.redis()
///     await playground.stop()
public final class Playground: Sendable {
    /// One for all the tests of this process; those that use it leave its servers as they found them.
    public static let shared = Playground()

    private let ground = Started<Ground>()
    private let postgresqlServers = Started<PostgreSQLServers>()
    private let pgbouncerServer = Started<PgBouncerServer>()
    private let redisServers = Started<RedisServers>()
    private let redisClusterNodes = Started<RedisCluster>()
    private let ownCertificates = Started<ServerCertificates>()
    private let tlsServers = Started<TLSServers>()
    private let webServer = Started<WebServer>()
    private let applicationServer = Started<Application>()
    private let logFiles = Started<LogFiles>()
    private let hostilePeers = Started<HostilePeers>()
    private let slowRoadToStandby = Started<SlowRoad>()
    private let recordedHost = Started<RecordedHost>()
    private let alertmanagers = Started<AlertmanagerCluster>()
    let episodes = Episodes()

    private let installation: PostgreSQLInstallation?
    private let redisInstallation: RedisInstallation?

    /// - Parameters:
    ///   - installation: the PostgreSQL that its servers are of; by default Debian's newest.
    ///   - redis: the Redis that its cluster is of; by default Debian's.
    public init(postgresql installation: PostgreSQLInstallation? = nil, redis: RedisInstallation? = nil) {
        self.installation = installation
        redisInstallation = redis
    }

    /// The temporary folder; it goes with the playground.
    public func folder() async throws -> String { try await startedGround().folder }

    /// A primary and a standby that streams from it.
    public func postgresql() async throws -> PostgreSQLServers {
        let ground = try await startedGround()
        return try await postgresqlServers.value { [installation] in
            try PostgreSQLServers.start(on: ground, with: installation ?? .usual())
        }
    }

    /// PgBouncer in front of the primary.
    public func pgbouncer() async throws -> PgBouncerServer {
        let ground = try await startedGround()
        let servers = try await postgresql()
        return try await pgbouncerServer.value { try PgBouncerServer.start(on: ground, before: servers) }
    }

    /// A master, a replica and three Sentinels that watch them.
    public func redis() async throws -> RedisServers {
        let ground = try await startedGround()
        return try await redisServers.value { try RedisServers.start(on: ground) }
    }

    /// A Redis server by itself, with lines of redis.conf and without a password.
    public func redisServer(_ name: String, _ settings: String = "") async throws -> RedisServers.Server {
        let ground = try await startedGround()
        return try await onThread { try RedisServers.startOne(name, settings, on: ground) }
    }

    /// A Redis cluster of three masters with a replica each, without a password.
    public func redisCluster() async throws -> RedisCluster {
        let ground = try await startedGround()
        return try await redisClusterNodes.value { [redisInstallation] in
            try RedisCluster.start("redis-cluster", of: redisInstallation ?? .usual, on: ground)
        }
    }

    /// Certificates for servers that a test starts by itself, and for their clients.
    public func certificates() async throws -> ServerCertificates {
        let ground = try await startedGround()
        return try await ownCertificates.value {
            try ServerCertificates(in: ground.makeFolder("certificates"), authority: "own-authority", on: ground)
        }
    }

    /// nginx with one port for each kind of certificate.
    public func tls() async throws -> TLSServers {
        let ground = try await startedGround()
        return try await tlsServers.value { try TLSServers.start(on: ground) }
    }

    /// nginx with HTTP/2 and with client certificates.
    public func web() async throws -> WebServer {
        let ground = try await startedGround()
        let servers = try await tls()
        return try await webServer.value { try WebServer.start(on: ground, with: servers) }
    }

    /// The runbook's application, answering from this process.
    public func application() async throws -> Application {
        let ground = try await startedGround()
        return try await applicationServer.value { try Application.start(on: ground) }
    }

    /// `auth.log`, `access.log` and the application's own `server.log`.
    public func logs() async throws -> LogFiles {
        let ground = try await startedGround()
        return try await logFiles.value { try LogFiles(folder: ground.makeFolder("logs")) }
    }

    /// Listeners that misbehave, each in its own way.
    public func hostile() async throws -> HostilePeers {
        let ground = try await startedGround()
        return try await hostilePeers.value { try HostilePeers.start(on: ground) }
    }

    /// A way to the standby on which connecting can be made slow.
    public func slowRoad() async throws -> SlowRoad {
        let ground = try await startedGround()
        let port = try await postgresql().standby.port
        return try await slowRoadToStandby.value { try SlowRoad.start(on: ground, to: port) }
    }

    /// The files of a host's `/proc` and `/sys`, calm or suffering.
    public func host() async throws -> RecordedHost {
        let ground = try await startedGround()
        return try await recordedHost.value { try RecordedHost.start(on: ground) }
    }

    /// node_exporter with nothing but its textfile collector, reading a folder of its own.
    public func nodeExporter() async throws -> NodeExporter {
        let ground = try await startedGround()
        return try await onThread { try NodeExporter.start(on: ground) }
    }

    /// A Prometheus that scrapes these ports of 127.0.0.1 each second, and nothing else.
    public func prometheus(scraping ports: [UInt16]) async throws -> PrometheusServer {
        let ground = try await startedGround()
        return try await onThread { try PrometheusServer.start(on: ground, scraping: ports) }
    }

    /// Two Alertmanagers that know each other.
    public func alertmanager() async throws -> AlertmanagerCluster {
        let ground = try await startedGround()
        return try await alertmanagers.value { try AlertmanagerCluster.start(on: ground) }
    }

    /// Ends every server and removes the folder; returns when that is done.
    public func stop() async {
        guard let ground = try? await ground.existing() else { return }
        _ = try? await onThread { ground.stop() }
    }

    func startedGround() async throws -> Ground { try await ground.value { try Ground() } }
}

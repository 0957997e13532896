import Foundation
import Testing

@testable import Playground

@Suite("Servers of the playground")
struct ServersTests {
    let playground = Playground.shared

    private func ask(
        _ server: PostgreSQLServers.Server, as account: Account, _ sql: String
    ) async throws -> [[String?]] {
        let servers = try await playground.postgresql()
        return try await onThread { try servers.session(on: server, as: account).run(sql) }
    }

    @Test func postgreSQLHasAPrimaryAndAStandbyThatStreams() async throws {
        let servers = try await playground.postgresql()
        let (primary, standby, monitor) = (servers.primary, servers.standby, servers.monitor)
        #expect(try await ask(primary, as: monitor, "SELECT state FROM pg_stat_replication") == [["streaming"]])
        #expect(try await ask(standby, as: monitor, "SELECT pg_is_in_recovery()") == [["t"]])
        #expect(try await ask(primary, as: monitor, "SHOW max_connections") == [["30"]])
        #expect(try await ask(primary, as: monitor, "SELECT calls > 0 FROM pg_stat_statements LIMIT 1") == [["t"]])
    }

    @Test(arguments: ["SELECT * FROM debates", "SELECT pg_wal_replay_pause()", "SET log_lock_waits = off"])
    func postgreSQLsMonitorMayLookAndNoMore(sql: String) async throws {
        let servers = try await playground.postgresql()
        let error = await #expect(throws: SQLError.self) {
            try await ask(servers.primary, as: servers.monitor, sql)
        }
        #expect(error?.sqlState == "42501")
    }

    @Test func postgreSQLWantsThePasswordOnItsUnixSocketToo() async throws {
        let servers = try await playground.postgresql()
        let place = "host=\(servers.primary.socketFolder) port=\(servers.primary.port) dbname=app user=monitor"
        let rows = try await onThread {
            try SQLSession("\(place) password=\(servers.monitor.password)").run("SELECT 1")
        }
        #expect(rows == [["1"]])
        await #expect(throws: SQLError.self) { try await onThread { try SQLSession("\(place) password=wrong") } }
    }

    @Test func pgBouncerPoolsAndHasAConsole() async throws {
        let server = try await playground.pgbouncer()
        let (user, pools) = try await onThread {
            let session = try server.session(as: server.monitor, database: "app")
            let console = try server.session(as: server.administrator, database: "pgbouncer")
            return (try session.run("SELECT current_user"), try console.run("SHOW POOLS"))
        }
        #expect(user == [["monitor"]])
        #expect(pools.contains { $0.first == "app" })
    }

    @Test func redisHasAMasterAReplicaAndSentinelsThatAgree() async throws {
        let servers = try await playground.redis()
        let (roles, port, quorum) = try await onThread {
            let roles = try [servers.master, servers.replica].map { try servers.connection(to: $0).info("role") }
            let sentinel = try servers.connection(toSentinel: servers.sentinels[2])
            let quorum = try sentinel.command("SENTINEL", "CKQUORUM", servers.masterName).text
            return (roles, try servers.masterPort(), quorum)
        }
        #expect(roles == ["master", "slave"])
        #expect(port == servers.master.port)
        #expect(quorum?.hasPrefix("OK 3 usable Sentinels") == true)
    }

    @Test func redisMonitorMayLookAndNoMore() async throws {
        let servers = try await playground.redis()
        let (port, monitor) = (servers.master.port, servers.monitor)
        let connection = try await onThread {
            try RedisConnection(port: port, password: monitor.password, user: monitor.name)
        }
        #expect(try await onThread { try connection.info("maxmemory") } == String(servers.maxmemory))
        await #expect(throws: RedisError.self) {
            try await onThread { try connection.command("SET", "debate:1", "no") }
        }
        await #expect(throws: RedisError.self) {
            try await onThread { try RedisConnection(port: port, password: "wrong") }
        }
    }

    @Test(arguments: [
        (TLSServers.Kind.good, true), (.web, true), (.expiring, true), (.chain, true), (.crossSigned, true),
        (.byName, true), (.expired, false), (.notYetValid, false), (.selfSigned, false), (.wrongName, false),
        (.incomplete, false), (.untrusted, false),
    ])
    func aCertificateVerifiesOrNot(kind: TLSServers.Kind, verifies: Bool) async throws {
        let servers = try await playground.tls()
        let result = try await onThread {
            try Client.shell(
                """
                openssl s_client -connect \(servers.host):\(servers.port(kind)) -servername \(servers.serverName) \
                -verify_hostname \(servers.serverName) -CAfile \(servers.authority) -verify_return_error -brief
                """)
        }
        #expect((result.status == 0) == verifies)
    }

    @Test func aMissingServerIsAnErrorThatNamesThePackage() {
        let error = #expect(throws: PlaygroundError.self) {
            try Tool(name: "no-such-server", package: "no-such-package").path()
        }
        #expect(error?.description == "no-such-server is not installed; its Debian package is no-such-package")
    }
}

import Diagnostics
import Glibc
import Playground
import TLS
import Testing

@testable import PostgreSQL

@Suite("Ways into a real server")
struct WaysInTests {
    @Test(arguments: [
        ("disable", "not encrypted"), ("allow", "not encrypted"), ("prefer", "certificate not verified"),
        ("require", "certificate not verified"), ("verify-ca", "certificate verified"),
        ("verify-full", "certificate verified"),
    ])
    func everySSLModeLeadsIn(mode: String, words: String) async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["sslmode"] = mode
        if mode.hasPrefix("verify") { settings.parameters["sslrootcert"] = servers.certificates.authority }
        let seen = await observe(settings)
        #expect(seen.failure == nil)
        #expect(seen.sentence("postgresql.access").contains(words))
        #expect((seen.value(TLSMetrics.leafExpiry) != nil) == (words != "not encrypted"))
        #expect((seen.value(TLSMetrics.verified) == 1) == mode.hasPrefix("verify"))
    }

    @Test func aCertificateIsEnough() async throws {
        let servers = try await Playground.shared.postgresql()
        let client = try await onThread { try servers.certificates.client() }
        let uri = """
            postgresql://\(servers.certificates.role)@127.0.0.1:\(servers.primary.port)/app?sslmode=verify-full\
            &sslrootcert=\(servers.certificates.authority)&sslcert=\(client.certificate)&sslkey=\(client.key)
            """
        let seen = await observe(try PostgreSQLSettings(uri: uri))
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.sentence("postgresql.access").contains("as certified"))
    }

    @Test func anAddressApartFromTheNameSavesTheLookUp() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["host"] = "db.example.test"
        settings.parameters["hostaddr"] = "127.0.0.1"
        settings.parameters["sslmode"] = "verify-full"
        settings.parameters["sslrootcert"] = servers.certificates.authority
        settings.parameters["channel_binding"] = "require"
        let seen = await observe(settings)
        #expect(seen.failure == nil)
        #expect(seen.sentence("postgresql.access").hasPrefix("db.example.test:\(servers.primary.port) (127.0.0.1)"))
    }

    @Test func unixSocketsLeadInByFolderAndByURI() async throws {
        let servers = try await Playground.shared.postgresql()
        let (port, folder) = (servers.primary.port, servers.primary.socketFolder)
        let escaped = folder.replacing("/", with: "%2F")
        for text in ["postgres:///app?host=\(folder)&port=\(port)", "postgres://\(escaped):\(port)/app"] {
            var settings = try PostgreSQLSettings(uri: text)
            settings.parameters["user"] = servers.monitor.name
            settings.password = servers.monitor.password
            let seen = await observe(settings)
            #expect(seen.failure == nil)
            #expect(seen.sentence("postgresql.access").contains("by a unix socket"))
        }
    }

    @Test func passwordsComeFromAPasswordFile() async throws {
        let servers = try await Playground.shared.postgresql()
        let file = try await Playground.shared.folder() + "/test.pgpass"
        try write("*:\(servers.primary.port):*:monitor:\(servers.monitor.password)\n", to: file)
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.password = nil
        settings.parameters["passfile"] = file
        #expect(await observe(settings).failure == nil)
        chmod(file, 0o644)
        #expect(await observe(settings).failure?.kind == .unauthenticated)
    }

    @Test func saysWhichOfSeveralHostsAnsweredAndWhyOthersDidNot() async throws {
        let servers = try await Playground.shared.postgresql()
        let refusing = try await Playground.shared.hostile().port(.refusing)
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["host"] = "127.0.0.1,localhost"
        settings.parameters["port"] = "\(refusing),\(servers.primary.port)"
        let words = await observe(settings).sentence("postgresql.access")
        #expect(words.hasPrefix("localhost:\(servers.primary.port) "))
        #expect(words.contains("connect to 127.0.0.1:\(refusing): Connection refused"))
    }

    @Test func overIPv6() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["host"] = "::1"
        let seen = await observe(settings)
        // A container without IPv6 refuses it; a server that was reached must let us in.
        guard seen.failure?.kind != .unreachable, seen.failure?.kind != .refused else { return }
        #expect(seen.failure == nil)
        #expect(seen.sentence("postgresql.access").hasPrefix("[::1]:\(servers.primary.port) "))
    }

    @Test func aDatabaseThatNobodyNamedIsTheUsualOneWhereThereIsNoneOfTheRolesName() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["dbname"] = nil
        let seen = await observe(settings)
        #expect(seen.failure == nil)
        let words = seen.sentence("postgresql.access")
        #expect(words.contains("database postgres"))
        #expect(words.contains("there is none called monitor"))
        settings.parameters["dbname"] = "monitor"
        #expect(await observe(settings).failure?.kind == .misconfigured)
    }
}

@Suite("Through PgBouncer")
struct PoolerTests {
    @Test(arguments: [
        "pool_mode = session\nignore_startup_parameters = options", "pool_mode = transaction", "pool_mode = session",
    ])
    func everythingIsReadAndWhatCannotBeKnownIsSaid(options: String) async throws {
        let pooler = try await Playground.shared.pgbouncer(options: options)
        let servers = try await Playground.shared.postgresql()
        for host in ["127.0.0.1", pooler.socketFolder] {
            var settings = servers.settings(for: servers.primary, as: servers.monitor)
            settings.parameters["host"] = host
            settings.parameters["port"] = String(pooler.port)
            let seen = await observe(settings)
            #expect(seen.failure == nil)
            #expect(seen.problems == [])
            #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) != nil)
            #expect(seen.sentence("postgresql.pooler").contains("not seen here"))
        }
    }

    @Test func itsRefusalsAreToldApart() async throws {
        let pooler = try await Playground.shared.pgbouncer(options: "max_client_conn = 1\nreserve_pool_size = 0")
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["port"] = String(pooler.port)
        settings.parameters["user"] = "stranger"
        #expect(await observe(settings).failure?.kind == .unauthenticated)
        settings.parameters["user"] = "monitor"
        settings.parameters["sslmode"] = "require"
        #expect(await observe(settings).failure?.kind == .tls)
        settings.parameters["sslmode"] = "prefer"
        let connection = try await Connection.open(settings, until: .after(.seconds(20)))
        let full = await observe(settings).failure
        #expect(full?.kind == .server(code: "53300"))
        #expect(full?.advice?.contains("max_client_conn") == true)
        #expect(connection.backendPID != 0)
    }
}

func observe(_ settings: PostgreSQLSettings) async -> Observation {
    await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
}

extension Observation {
    /// The words of a fact; empty where it is not there.
    func sentence(_ id: String) -> String {
        if case .fact(let words)? = evidence(id)?.body { words } else { "" }
    }
}

/// Readable by its owner alone.
func write(_ text: String, to path: String) throws {
    unlink(path)
    let descriptor = open(path, O_CREAT | O_WRONLY | O_EXCL, 0o600)
    #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
    close(descriptor)
}

import Diagnostics
import Glibc
import Playground
import TLS
import Testing

@testable import PostgreSQL

/// What a server or libpq answers to a way in that leads nowhere; on servers of their own, as each changes them.
@Suite("A way in that leads nowhere", .serialized)
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: [String: String]
        let kind: ProbeError.Kind
        let words: String
        let advice: String
    }

    private static let roles: [Case] = [
        Case(
            testDescription: "no CONNECT", change: ["dbname": "closed"], kind: .forbidden,
            words: "permission denied for database", advice: "GRANT CONNECT ON DATABASE"),
        Case(
            testDescription: "full database", change: ["dbname": "full"], kind: .server(code: "53300"),
            words: "the CONNECTION LIMIT of the database", advice: "ALTER DATABASE"),
        Case(
            testDescription: "full role", change: ["user": "limited"], kind: .forbidden,
            words: "the CONNECTION LIMIT of diag's own role", advice: "ALTER ROLE"),
        Case(
            testDescription: "role that is not there", change: ["user": "trusted"], kind: .unauthenticated,
            words: "role \"trusted\" does not exist", advice: "diag pg role"),
        Case(
            testDescription: "database that takes nobody", change: ["dbname": "template0"],
            kind: .server(code: "55000"), words: "not currently accepting connections", advice: "dbname=postgres"),
        Case(
            testDescription: "one database only", change: ["user": "narrow", "dbname": "postgres"],
            kind: .unauthenticated, words: "pg_hba.conf rejects", advice: "reject"),
        Case(
            testDescription: "TLS only", change: ["user": "encrypted", "sslmode": "disable"], kind: .unauthenticated,
            words: "no encryption", advice: "without TLS"),
        Case(
            testDescription: "certificate only", change: ["user": "certified", "sslmode": "require"],
            kind: .unauthenticated, words: "requires a valid client certificate", advice: "sslcert and sslkey"),
    ]

    @Test func isNamedWithWhatMendsIt() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        try await onThread {
            let session = try servers.session(on: servers.primary, as: servers.superuser)
            defer { session.close() }
            for sql in [
                "CREATE DATABASE closed", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
                "CREATE DATABASE \"full\" CONNECTION LIMIT 0",
                "CREATE ROLE limited LOGIN CONNECTION LIMIT 0 PASSWORD '\(servers.monitor.password)'",
                "CREATE ROLE narrow LOGIN PASSWORD '\(servers.monitor.password)'",
            ] { try session.run(sql) }
        }
        for refused in Self.roles {
            var settings = servers.settings(for: servers.primary, as: servers.monitor)
            settings.parameters.merge(refused.change) { $1 }
            let seen = await observe(settings)
            #expect(seen.failure?.kind == refused.kind, "\(refused.testDescription)")
            #expect(seen.failure?.message.contains(refused.words) == true, "\(refused.testDescription): \(seen)")
            #expect(seen.failure?.advice?.contains(refused.advice) == true, "\(refused.testDescription): \(seen)")
            #expect(seen.value(PostgreSQLMetrics.connectionsUsedRatio) == nil)
        }
        try await certificates(of: servers)
        await playground.stop()
    }

    /// libpq says "certificate verify failed" of all of them.
    private func certificates(of servers: PostgreSQLServers) async throws {
        let found: [(ServerCertificates.Kind, words: String, advice: String)] = [
            (.expired, "expired at", "renew the certificate"),
            (.wrongName, "the certificate is not for", "connect by a name"),
            (.untrusted, "not trusted", "sslrootcert"), (.selfSigned, "signed by itself", "sslrootcert"),
            (.revoked, "certificate verify failed", "its dates"),
        ]
        for (kind, words, advice) in found {
            try await onThread { try servers.show(kind) }
            var settings = servers.settings(for: servers.primary, as: servers.monitor)
            settings.parameters["sslmode"] = "verify-full"
            settings.parameters["sslrootcert"] = servers.certificates.authority
            if kind == .revoked { settings.parameters["sslcrl"] = servers.certificates.revocations }
            let changed = settings
            let isSeen = try await eventually {
                let seen = await observe(changed)
                return seen.failure?.kind == .tls && seen.failure?.message.contains(words) == true
                    && seen.failure?.advice?.contains(advice) == true
            }
            let last = await observe(changed)
            #expect(isSeen, "\(kind): \(String(describing: last.failure))")
            let left = try #require(last.value(TLSMetrics.certificateExpiry)) - Timestamp.now.secondsSinceEpoch
            #expect((left < 0) == (kind == .expired))
        }
    }

    @Test(arguments: [
        ("sslrootcert", "/nowhere/root.crt", ProbeError.Kind.misconfigured, "does not exist", "sslrootcert"),
        ("sslrootcert", "/etc/passwd", .misconfigured, "could not read root certificate", "sslrootcert"),
        ("sslcert", "/etc/passwd", .misconfigured, "could not read certificate file", "PEM"),
        ("sslkey", "/nowhere/key", .misconfigured, "not private key file", "sslkey"),
        ("sslkey", "OPEN", .local, "group or world access", "chmod 0600"),
        ("sslkey", "OTHER", .misconfigured, "could not load private key", "sslkey"),
        ("sslcert", "EXPIRED", .unauthenticated, "certificate expired", "has expired"),
        ("sslcert", "UNTRUSTED", .unauthenticated, "unknown ca", "ssl_ca_file"),
        ("sslcert", "STRANGER", .unauthenticated, "certificate authentication failed", "pg_ident.conf"),
    ])
    func filesOfTheClientAreNamed(
        key: String, value: String, kind: ProbeError.Kind, words: String, advice: String
    ) async throws {
        let servers = try await Playground.shared.postgresql()
        let folder = try await Playground.shared.folder()
        var settings = PostgreSQLSettings(
            name: "db",
            parameters: [
                "host": "127.0.0.1", "port": String(servers.primary.port), "dbname": "app",
                "user": servers.certificates.role, "sslmode": "verify-ca",
                "sslrootcert": servers.certificates.authority,
            ])
        settings.parameters.merge(try await Self.files(key, value, servers.certificates, folder)) { $1 }
        let failure = try #require(await observe(settings).failure)
        #expect(failure.kind == kind)
        #expect(failure.message.contains(words), "\(failure)")
        #expect(failure.advice?.contains(advice) == true, "\(failure.advice ?? "none")")
    }

    private static func files(
        _ key: String, _ value: String, _ certificates: ServerCertificates, _ folder: String
    ) async throws -> [String: String] {
        let other: ServerCertificates.ClientKind? =
            switch value {
            case "EXPIRED": .expired
            case "UNTRUSTED": .untrusted
            case "STRANGER": .stranger
            default: nil
            }
        return try await onThread {
            let client = try certificates.client(other ?? .good)
            var files = ["sslcert": client.certificate, "sslkey": client.key]
            if other != nil { return files }
            files[key] = value
            if value == "OTHER" { files[key] = try certificates.client(.stranger).key }
            if value == "OPEN" {
                files[key] = folder + "/open.key"
                try write("", to: folder + "/open.key")
                chmod(folder + "/open.key", 0o644)
            }
            return files
        }
    }
}

extension PostgreSQLServers {
    /// Both servers read their certificate anew; a new connection soon sees it.
    fileprivate func show(_ kind: ServerCertificates.Kind) throws {
        try certificates.put(kind)
        let session = try session(on: primary, as: superuser)
        defer { session.close() }
        try session.run("SELECT pg_reload_conf()")
    }
}

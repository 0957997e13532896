import Diagnostics
import PostgreSQL
import Redis
import TLS
import Testing

@testable import Sweep

@Suite("The target that a word means")
struct TargetLocatorTests {
    private let configured = [
        ConfiguredTarget(name: "web", settings: .tls(TLSSettings(host: "web.example.test"))),
        ConfiguredTarget(name: "shop", settings: .tls(TLSSettings(host: "shop.example.test"))),
        ConfiguredTarget(name: "web", settings: .redis(RedisSettings(endpoint: .tcp(host: "cache", port: 1)))),
    ]

    private func found(
        _ kind: Target.Kind, _ word: String?, _ environment: [String: String] = [:]
    ) throws -> [String] {
        let locator = TargetLocator(configured: configured, environment: environment)
        return try locator.targets(kind, word).map { "\($0.target.name) at \($0.target.address)" }
    }

    @Test(
        arguments: [
            (.tls, "shop", "shop at shop.example.test:443"), (.tls, "web", "web at web.example.test:443"),
            (.redis, "web", "web at cache:1"), (.redis, "shop", "shop:6379 at shop:6379"),
            (.redis, "redis://u:S3cret@h:7/3", "h:7 at h:7"), (.sentinel, "s1", "s1:26379 at s1:26379"),
            (.postgresql, "postgres://u:S3cret@db/x", "db:5432 at db:5432"),
            (.pgbouncer, "pool", "pool:6432 at pool:6432"), (.pgbouncer, "pool:7", "pool:7 at pool:7"),
            (.pgbouncer, "postgres://u:S3cret@pool/", "pool:6432 at pool:6432"),
            (.postgresql, "db:5433", "db:5433 at db:5433"), (.postgresql, "/run/pg", "/run/pg:5432 at /run/pg:5432"),
            (.postgresql, "host=db port=7", "db:7 at db:7"), (.tls, "[::1]:8", "[::1]:8 at [::1]:8"),
            (.http, "app:8080/x", "http://app:8080/x at http://app:8080/x"),
            (.http, "https://u:S3cret@app/?t=S3cret", "https://app/ at https://app/"),
            (.log, "/var/log/a.log", "/var/log/a.log at /var/log/a.log"),
        ] as [(Target.Kind, String, String)])
    func isANameOfItsKindOrElseAnAddress(kind: Target.Kind, word: String, expected: String) throws {
        #expect(try found(kind, word) == [expected])
    }

    /// A database that is reached through a pooler names it; without a word those at a pooler's usual port do.
    @Test func aPoolerMayBeMeantByADatabaseBehindIt() throws {
        let databases = try ["postgres://u@db:5432/app", "postgres://u@pool:6432/app"].map { text in
            ConfiguredTarget(name: String(text.dropFirst(13).prefix(4)), settings: .postgresql(try .init(uri: text)))
        }
        let locator = TargetLocator(configured: databases, environment: [:])
        #expect(try locator.targets(.pgbouncer, databases[0].target.name).map(\.target.address) == ["db:5432"])
        #expect(try locator.targets(.pgbouncer, nil).map(\.target.address) == ["pool:6432"])
        #expect(try locator.targets(.pgbouncer, nil).map(\.target.kind) == [.pgbouncer])
    }

    @Test func withoutAWordAllOfTheKindAreMeant() throws {
        #expect(try found(.tls, nil).count == 2)
    }

    @Test(
        arguments: [
            (.redis, "redis://u:S3cret@h:port"), (.tls, "h:0"), (.tls, ""),
            (.postgresql, "postgres://u:S3cret@h/?x=1"), (.http, "ftp://u:S3cret@h"), (.host, "elsewhere"),
        ] as [(Target.Kind, String)])
    func aWordThatCannotBeMeantIsAnErrorWithoutTheSecret(kind: Target.Kind, word: String) {
        let error = #expect(throws: ProbeError.self) { try found(kind, word) }
        #expect(error?.kind == .misconfigured)
        #expect(error.map { "\($0) \($0.advice ?? "")".contains("S3cret") } == false)
    }

    @Test(
        arguments: [
            ("redis://h", "from env"), ("redis://:own@h", "own"), ("h:1", "from env"), ("redis://u@h", "u"),
        ])
    func thePasswordOfTheEnvironmentServesWhereTheWordHasNone(word: String, password: String) throws {
        let locator = TargetLocator(configured: [], environment: ["REDISCLI_AUTH": "from env"])
        guard case .redis(let settings) = try locator.targets(.redis, word).first?.settings else { throw Unexpected() }
        #expect(settings.password == password)
    }

    @Test func whatTheEnvironmentNamesServesWhereNothingIsConfigured() throws {
        let locator = TargetLocator(configured: [], environment: ["REDIS_URL": "redis://h:9", "PGHOST": "db"])
        #expect(try locator.targets(.postgresql, nil).map(\.target.name) == ["postgresql"])
        #expect(try locator.targets(.redis, nil).map(\.target.address) == ["h:9"])
        #expect(try locator.targets(.host, nil).map(\.target.address) == ["this host"])
    }
}

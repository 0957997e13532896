import Foundation
import Playground
import Testing

@Suite("Which target a word means")
struct TargetWordsTests {
    @Test func aNameOfTheConfiguration() async throws {
        let home = Home()
        let tls = try await Playground.shared.tls()
        try home.configure(VerdictTests.site(tls, .good))
        let outcome = try await Diag.run("tls", "web", in: home)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("tls web (127.0.0.1:\(tls.port(.good)))"))
    }

    @Test func anAddressThatNoConfigurationNames() async throws {
        let port = try await Playground.shared.tls().port(.selfSigned)
        let outcome = try await Diag.run("tls", "127.0.0.1:\(port)")
        #expect(outcome.output.hasPrefix("tls 127.0.0.1:\(port)"))
        #expect(outcome.output.contains("Not trusted"))
        #expect(outcome.output.contains("TLSChainInvalid") && outcome.status == 2)
    }

    @Test func aSocketOfRedis() async throws {
        let servers = try await Playground.shared.redis()
        let outcome = try await Diag.run(
            "redis", "info", "unix://\(servers.master.socket)",
            environment: ["REDISCLI_AUTH": servers.administrator.password])
        #expect(outcome.status != 64)
        #expect(outcome.output.contains("redis \(servers.master.socket)"))
        #expect(outcome.output.contains("Redis 7"))
    }

    @Test func whatPGVariablesName() async throws {
        let servers = try await Playground.shared.postgresql()
        let environment = [
            "PGHOST": "127.0.0.1", "PGPORT": "\(servers.primary.port)", "PGUSER": servers.monitor.name,
            "PGPASSWORD": servers.monitor.password, "PGDATABASE": servers.database,
        ]
        let outcome = try await Diag.run("pg", "replication", environment: environment)
        #expect(outcome.output.contains("postgresql postgresql (127.0.0.1:\(servers.primary.port))"))
        #expect(outcome.output.contains("Standbys of this server"))
        let address = "127.0.0.1:\(servers.standby.port)"
        let standby = try await Diag.run("pg", "replication", address, environment: environment)
        #expect(standby.output.contains("WAL receiver: streaming"))
    }

    @Test func withoutConfigurationASweepLooksAtWhatTheEnvironmentNames() async throws {
        let servers = try await Playground.shared.postgresql()
        let redis = try await Playground.shared.redis()
        let home = Home()
        let outcome = try await Diag.run(
            ["sweep", "--only", "postgresql", "--only", "redis", "--format", "json"], in: home,
            environment: [
                "PGHOST": servers.primary.socketFolder, "PGPORT": "\(servers.primary.port)",
                "PGUSER": servers.monitor.name, "PGDATABASE": servers.database,
                "PGPASSFILE": try home.write("*:*:*:*:\(servers.monitor.password)\n", to: "pgpass"),
                "REDIS_URL": "redis://127.0.0.1:\(redis.master.port)",
                "REDISCLI_AUTH": redis.administrator.password,
            ])
        let json = try outcome.json
        let notes = try #require(json["notes"] as? [String]).joined()
        #expect(notes.contains("postgresql (PGHOST, PGPORT)"))
        #expect(notes.contains("redis (REDIS_URL)"))
        let targets = try #require(json["targets"] as? [[String: Any]])
        #expect(targets.count == 2)
        #expect(targets.allSatisfy { $0["failure"] is NSNull })
    }

    @Test func aBrokenRedisURLIsShownAndIsNotTheUsualServer() async throws {
        let environment = ["REDIS_URL": "redis://u:S3cret@cache.example.test:port/0"]
        for command in [["sweep", "--only", "redis", "--no-state"], ["redis", "info"], ["redis", "bigkeys"]] {
            let outcome = try await Diag.run(command, environment: environment)
            #expect(outcome.status == 3)
            #expect(outcome.output.contains("REDIS_URL"))
            #expect(outcome.output.contains("the port is no number"))
            #expect(!outcome.everything.contains("127.0.0.1"))
            #expect(!outcome.everything.contains("S3cret"))
        }
    }

    @Test(
        arguments: [
            ["redis", "info", "http://cache"], ["redis", "info", "redis://u:S3cret@h:port"], ["tls", "h:port"],
            ["pg", "locks", "postgres://u:S3cret@h/db?optoin=1"], ["http", "gopher://u:S3cret@h/"],
        ])
    func aWordThatCannotBeMeantIsBadUsage(words: [String]) async throws {
        let outcome = try await Diag.run(words)
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(!outcome.everything.contains("S3cret"))
    }
}

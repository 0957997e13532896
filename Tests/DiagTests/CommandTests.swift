import Foundation
import Playground
import Testing

@Suite("Each command at real servers")
struct CommandTests {
    /// The words of a command, and what it must tell: in the text, and as evidence of the document.
    struct Look: Sendable, CustomTestStringConvertible {
        let words: [String]
        let texts: [String]
        let evidence: [String]

        init(_ words: String..., tell texts: [String], evidence: [String]) {
            self.words = words
            self.texts = texts
            self.evidence = evidence
        }

        var testDescription: String { words.joined(separator: " ") }
    }

    static let looks = [
        Look(
            "pg", "connections", "primary", tell: ["of 27 connections are used", "monitor"],
            evidence: ["postgresql.connections"]),
        Look(
            "pg", "replication", "primary", tell: ["Standbys of this server", "async"],
            evidence: ["postgresql.replication"]),
        Look("pg", "replication", "standby", tell: ["WAL receiver"], evidence: ["postgresql.replication"]),
        Look("pg", "locks", "primary", tell: ["Server: PostgreSQL"], evidence: ["postgresql.server"]),
        Look(
            "pg", "deadlocks", "primary", tell: ["Deadlocks", "GRANT EXECUTE"],
            evidence: ["postgresql.deadlocks", "postgresql.deadlocks.log"]),
        Look(
            "pg", "pools", "pooler", tell: ["PgBouncer 1.", "client connections are used", "narrow"],
            evidence: ["postgresql.pools.summary", "postgresql.pools.databases"]),
        Look("pg", "statements", "primary", tell: ["Statements"], evidence: ["postgresql.statements"]),
        Look("pg", "idle", "primary", tell: ["Idle: "], evidence: ["postgresql.idle"]),
        Look(
            "pg", "activity", "primary", tell: ["Activity: "], evidence: ["postgresql.activity", "postgresql.progress"]),
        Look(
            "pg", "vacuum", "primary", tell: ["Vacuum is held back by", "Distance to wraparound"],
            evidence: ["postgresql.vacuum", "postgresql.horizon"]),
        Look("pg", "size", "primary", tell: ["Largest tables of app", "WAL: "], evidence: ["postgresql.size"]),
        Look("pg", "settings", "primary", tell: ["Beware: fsync is off"], evidence: ["postgresql.settings"]),
        Look(
            "redis", "info", "cache", tell: ["of maxmemory (16 MiB)", "noeviction", "Replicas"],
            evidence: ["redis.memory", "redis.replication"]),
        Look("redis", "info", "cache-replica", tell: ["replica"], evidence: ["redis.memory"]),
        Look(
            "redis", "sentinel", tell: ["sentinel-1", "sentinel-2", "sentinel-3", "mymaster", "quorum 2 of 3"],
            evidence: ["sentinel.judgement.", "sentinel.sayings.", "sentinel.servers."]),
        Look(
            "redis", "bigkeys", "cache", "--pattern", "debate:*", tell: ["Largest keys by memory", "debate:*"],
            evidence: ["redis.keys.largest"]),
        Look(
            "tls", "web", tell: ["app.example.test", "Verification: trusted", "TLSv1."], evidence: ["tls."]),
        Look("http", "app", tell: ["/healthz", "aragora_http_requests_total"], evidence: ["http."]),
        Look("host", "this-host", tell: ["Memory", "Filesystems", "/srv/data"], evidence: ["host."]),
        Look("logs", tell: ["log auth", "log access", "Lines read"], evidence: ["logs."]),
    ]

    @Test(arguments: looks)
    func tellsWhatItSees(look: Look) async throws {
        let configuration = try await Self.configuration()
        let outcome = try await Diag.run(look.words + ["--config", configuration])
        #expect((0...3).contains(outcome.status))
        #expect(outcome.errors.isEmpty)
        #expect(!outcome.output.contains("FAILED"))
        for text in look.texts { #expect(outcome.output.contains(text)) }
    }

    @Test(arguments: looks)
    func tellsItToProgramsToo(look: Look) async throws {
        let configuration = try await Self.configuration()
        let outcome = try await Diag.run(look.words + ["--config", configuration, "--format", "json"])
        let json = try outcome.json
        try await expectSchema("sweep", of: outcome.output)
        let targets = try #require(json["targets"] as? [[String: Any]])
        let ids = targets.flatMap { ($0["evidence"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String } }
        for id in look.evidence { #expect(ids.contains { $0.hasPrefix(id) }, "\(ids)") }
    }

    @Test func theWholeSweepIsOneDocumentForAllOfThem() async throws {
        let configuration = try await Self.configuration()
        let home = Home()
        let outcome = try await Diag.run(
            "sweep", "--config", configuration, "--state", home.path("state"), "--format", "json")
        let json = try outcome.json
        try await expectSchema("sweep", of: outcome.output)
        #expect((json["targets"] as? [Any])?.count == 13)
        let alerts = Set((json["findings"] as? [[String: Any]] ?? []).compactMap { $0["alert"] as? String })
        #expect(alerts == Set(ExplainTests.alerts))
    }

    @Test func whoWaitsForWhomIsATree() async throws {
        let servers = try await Playground.shared.postgresql()
        let root = try await onThreadThrowing {
            try servers.session(on: servers.primary, as: servers.application, name: "holder")
        }
        defer { root.close() }
        let waiter = try await onThreadThrowing {
            try servers.session(on: servers.primary, as: servers.application, name: "waiter")
        }
        defer { waiter.close() }
        try await onThreadThrowing {
            try root.run("BEGIN; UPDATE debates SET rounds = rounds WHERE id = 77")
            try waiter.send("UPDATE debates SET rounds = rounds WHERE id = 77")
        }
        let configuration = try await Self.configuration()
        var outcome = try await Diag.run("pg", "locks", "primary", "--config", configuration)
        for _ in 0..<50 where !outcome.output.contains("\"waiter\"") {
            outcome = try await Diag.run("pg", "locks", "primary", "--config", configuration)
        }
        #expect(outcome.output.contains(/\d+ app@app "holder" .*idle in transaction/))
        #expect(outcome.output.contains(/└─ \d+ app@app "waiter" waits .* for row/))
        #expect(outcome.output.contains("diag pg terminate \(root.backend)@"))
        let document = try await Diag.run("pg", "locks", "primary", "--config", configuration, "--format", "json")
        #expect((try document.json["lock_graphs"] as? [[String: Any]])?.first?["waiting"] as? Int == 1)
        try await expectSchema("sweep", of: document.output)
        try await onThreadThrowing { _ = try root.run("COMMIT") }
    }

    @Test(
        arguments: [
            (["redis", "info"], HostilePeers.Kind.tricklingRedis), (["redis", "bigkeys"], .silent),
            (["redis", "sentinel"], .silent), (["pg", "locks"], .tricklingPostgreSQL), (["tls"], .tricklingTLS),
            (["http"], .tricklingHTTP), (["redis", "bigkeys"], .full),
        ] as [([String], HostilePeers.Kind)])
    func aPeerThatKeepsSilentCostsNoMoreThanTheTimeout(words: [String], kind: HostilePeers.Kind) async throws {
        let port = try await Playground.shared.hostile().port(kind)
        let word = words == ["http"] ? "http://127.0.0.1:\(port)" : "127.0.0.1:\(port)"
        let started = ContinuousClock.now
        let outcome = try await Diag.run(words + [word, "--timeout", "800ms", "--format", "json"])
        #expect(started.duration(to: .now) < .seconds(30))
        let target = try #require((try outcome.json["targets"] as? [[String: Any]])?.first)
        #expect((target["failure"] as? [String: Any])?["kind"] as? String == "timed_out")
        #expect(outcome.status == 2 || outcome.status == 3)
    }

    /// Written once: each time would write the file anew while others read it.
    private static let written = Task { try await Playground.shared.writeConfiguration() }

    private static func configuration() async throws -> String { try await written.value }
}

import Foundation
import Playground
import Testing

/// Sweeps with an Alertmanager, or whatever takes its place.
@Suite("diag tells Alertmanager", .serialized)
struct AlertmanagerTests {
    private let home = Home()

    private func expiring(_ delivery: String = "") async throws {
        try home.configure(VerdictTests.site(try await Playground.shared.tls(), .expiring) + delivery)
    }

    private func sweep(_ arguments: String...) async throws -> Outcome {
        try await Diag.run(["sweep"] + arguments, in: home)
    }

    /// What a member holds as firing: labels by alert.
    private func active(at port: UInt16) async throws -> [String: [String: String]] {
        let text = try await onThread { Result { try Loopback.get("/api/v2/alerts", at: port) } }.get()
        let alerts = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        return Dictionary(
            alerts.compactMap { $0["labels"] as? [String: String] }.map { ($0["alertname"] ?? "", $0) },
            uniquingKeysWith: { $1 })
    }

    @Test(.timeLimit(.minutes(3))) func aDeadlockIsSeenThereAsFiringAndAsEndedAfter() async throws {
        let playground = Playground()
        let cluster = try await Playground.shared.alertmanager()
        let servers = try await playground.postgresql()
        try home.configure(
            """
            targets:
              postgresql:
                - {name: db, url: "\(servers.uri(of: servers.primary, as: servers.monitor))", \
            password_file: \(servers.monitor.passwordFile), labels: {team: core}}
            alerts:
              PostgreSQLDeadlocks: {keep_firing_for: 0s}
            alertmanager:
              urls: [\(cluster.urls.joined(separator: ", "))]
              generator_url: https://runbook.example/{alert}?at={target}

            """)
        _ = try await sweep("--only", "PostgreSQLDeadlocks")
        try await playground.bring(.deadlock)
        // The server's statistics reach its views a moment after.
        var outcome = try await sweep("--only", "PostgreSQLDeadlocks", "-f", "json")
        for _ in 0..<100 where outcome.status != 2 {
            outcome = try await sweep("--only", "PostgreSQLDeadlocks", "-f", "json")
        }
        #expect(outcome.status == 2)
        for port in cluster.ports {
            let alert = try await active(at: port)["PostgreSQLDeadlocks"]
            #expect(
                alert == [
                    "alertname": "PostgreSQLDeadlocks", "severity": "high", "priority": "P2", "kind": "postgresql",
                    "target": "db", "datname": "app", "team": "core",
                ])
        }
        let shown = try await Playground.shared.run(
            "amtool", of: "prometheus-alertmanager",
            ["alert", "query", "alertname=PostgreSQLDeadlocks", "-o", "json", "--alertmanager.url", cluster.urls[0]])
        #expect(shown.output.contains("1 deadlock"))
        #expect(shown.output.contains("diag pg deadlocks db"))
        #expect(shown.output.contains("https://runbook.example/PostgreSQLDeadlocks?at=db"))
        let after = try await sweep("--only", "PostgreSQLDeadlocks")
        #expect(after.status == 0)
        for port in cluster.ports { #expect(try await active(at: port)["PostgreSQLDeadlocks"] == nil) }
        await playground.stop()
    }

    @Test func silencesCountWhenAsked() async throws {
        let cluster = try await Playground.shared.alertmanager()
        try await expiring()
        let told = try await sweep("--alertmanager", cluster.urls[0])
        #expect(told.status == 2)
        let added = try await Playground.shared.run(
            "amtool", of: "prometheus-alertmanager",
            [
                "silence", "add", "alertname=CertificateExpiringSoon", "target=~we.*", "--author", "ops", "--duration",
                "1h", "--comment", "being renewed", "--alertmanager.url", cluster.urls[0],
            ])
        #expect(added.status == 0, "\(added.output)")
        let counting = try await sweep("--alertmanager", cluster.urls[0])
        #expect(counting.status == 2)
        let quiet = try await sweep("--alertmanager", cluster.urls[0], "--respect-silences")
        #expect(quiet.status == 0)
        #expect(quiet.output.contains(/silenced by ops until .*: being renewed/))
        let json = try await sweep("--alertmanager", cluster.urls[0], "--respect-silences", "-f", "json").json
        let findings = try #require(json["findings"] as? [[String: Any]])
        let silence = findings.compactMap { $0["silence"] as? [String: Any] }.first
        #expect(silence?["by"] as? String == "ops")
        let ended = try await Playground.shared.run(
            "amtool", of: "prometheus-alertmanager",
            [
                "silence", "expire", added.output.trimmingCharacters(in: .whitespacesAndNewlines),
                "--alertmanager.url", cluster.urls[0],
            ])
        #expect(ended.status == 0, "\(ended.output)")
    }

    @Test func whereSilencesCannotBeAskedForEveryAlertCounts() async throws {
        try await expiring()
        let nobody = try await Playground.shared.hostile().port(.refusing)
        let outcome = try await sweep("--alertmanager", "http://127.0.0.1:\(nobody)", "--respect-silences")
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("silences could not be asked for"))
    }

    /// One member is dead, one never answers: the third is told within its own time, and nobody waits beyond the deadline.
    @Test func aDeadMemberDelaysNobody() async throws {
        let hostile = try await Playground.shared.hostile()
        let mailbox = try await Playground.shared.mailbox()
        try await expiring(
            """
            alertmanager:
              urls: ["http://127.0.0.1:\(hostile.port(.refusing))", "http://127.0.0.1:\(hostile.port(.silent))", \
            "\(mailbox.url)"]
              timeout: 3s

            """)
        let outcome = try await sweep("-f", "line")
        #expect(outcome.status == 2, "the verdict is what it was")
        #expect(mailbox.letters.map(\.request) == ["POST /api/v2/alerts"])
        #expect(outcome.errors.contains("Connection refused; the next sweep tries again"))
        #expect(outcome.errors.contains("no answer within the deadline; the next sweep tries again"))
    }

    @Test func whatCannotBeDeliveredIsToldAgainAndIsNeverAllRight() async throws {
        let mailbox = try await Playground.shared.mailbox()
        try await expiring()
        _ = try await sweep("--webhook", mailbox.url + "/hook")
        #expect(mailbox.letters.count == 1)
        try home.configure(VerdictTests.site(try await Playground.shared.tls(), .good))
        mailbox.answer(503)
        let failed = try await sweep("--webhook", mailbox.url + "/hook", "-f", "line")
        #expect(failed.status == 74)
        #expect(failed.errors.contains("was not told: HTTP status 503"))
        #expect(!failed.everything.contains("/hook"), "a webhook's path may be its password")
        mailbox.answer(200)
        let delivered = try await sweep("--webhook", mailbox.url + "/hook")
        #expect(delivered.status == 0)
        let quiet = try await sweep("--webhook", mailbox.url + "/hook")
        #expect(quiet.status == 0)
        #expect(try mailbox.letters.map { try status($0) } == ["firing", "resolved", "resolved"])
    }

    @Test func aWebhookGetsAlertmanagersOwnMessage() async throws {
        let mailbox = try await Playground.shared.mailbox()
        try await expiring()
        let token = try home.write("s3cret\n", to: "token")
        let headers = try home.write("X-Scope: one\n", to: "headers")
        _ = try await Diag.run(
            [
                "sweep", "--webhook", mailbox.url + "/hook?x=1", "--webhook-token-file", token,
                "--webhook-headers-file", headers,
            ], in: home)
        let letter = try #require(mailbox.letters.first)
        #expect(letter.request == "POST /hook?x=1")
        #expect(letter.headers["authorization"] == "Bearer s3cret")
        #expect(letter.headers["x-scope"] == "one")
        #expect(letter.headers["content-type"] == "application/json")
        let body = try #require(try JSONSerialization.jsonObject(with: Data(letter.body.utf8)) as? [String: Any])
        #expect(body["version"] as? String == "4")
        #expect(body["status"] as? String == "firing")
        try await expectSchema("webhook", of: letter.body)
        let alert = try #require((body["alerts"] as? [[String: Any]])?.first)
        #expect((alert["labels"] as? [String: String])?["alertname"] == "CertificateExpiringSoon")
        #expect((alert["annotations"] as? [String: String])?["summary"]?.contains("expires in") == true)
        #expect(alert["endsAt"] as? String == "0001-01-01T00:00:00Z")
    }

    /// Killed at any moment of the telling: whatever the receiver heard of as firing, it hears the end of.
    @Test(.timeLimit(.minutes(3))) func kill9LosesNoEnd() async throws {
        let mailbox = try await Playground.shared.mailbox()
        for step in 0..<12 {
            let home = Home()
            try home.configure(VerdictTests.site(try await Playground.shared.tls(), .expiring))
            let before = mailbox.letters.count
            let running = try Diag.start(["sweep", "-q", "--webhook", mailbox.url], in: home)
            try await Task.sleep(for: .milliseconds(10 * step))
            running.signal(SIGKILL)
            _ = try? await running.end()
            let heard = mailbox.letters.count > before
            try home.configure(VerdictTests.site(try await Playground.shared.tls(), .good))
            _ = try await Diag.run(["sweep", "-q", "--webhook", mailbox.url], in: home)
            let last = try mailbox.letters.last.map { try status($0) }
            if heard { #expect(last == "resolved", "killed after \(10 * step) ms") }
        }
    }

    @Test(arguments: [
        ["--alertmanager", "ftp://x"], ["--webhook-token-file", "/etc/passwd"], ["--webhook", "http://"],
    ])
    func mistakesAreTold(arguments: [String]) async throws {
        try await expiring()
        #expect(try await Diag.run(["sweep"] + arguments, in: home).status == 64)
    }

    private func status(_ letter: Mailbox.Letter) throws -> String? {
        let body = try JSONSerialization.jsonObject(with: Data(letter.body.utf8)) as? [String: Any]
        return body?["status"] as? String
    }
}

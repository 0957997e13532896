import Playground
import Testing

@Suite("The exit code is the verdict")
struct VerdictTests {
    @Test func okIsZero() async throws {
        let tls = try await Playground.shared.tls()
        let home = Home()
        try home.configure(Self.site(tls, .good))
        let outcome = try await Diag.run("sweep", in: home)
        #expect(outcome.status == 0)
        #expect(outcome.lines.first?.hasPrefix("OK") == true)
        #expect(try await Diag.run("tls", in: home).status == 0)
    }

    @Test func aMinorAlertIsOne() async throws {
        let home = Home()
        let logs = try LogFiles(folder: home.root)
        try logs.rateLimitHits(5)
        let outcome = try await Diag.run("logs", logs.path(.access), in: home)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("RateLimitTriggered"))
        #expect(outcome.output.contains("10.9.8."))
    }

    @Test func aMajorAlertIsTwo() async throws {
        let tls = try await Playground.shared.tls()
        let home = Home()
        try home.configure(Self.site(tls, .expiring))
        let outcome = try await Diag.run("sweep", in: home)
        #expect(outcome.status == 2)
        #expect(outcome.lines.first?.hasPrefix("CRITICAL") == true)
        #expect(outcome.output.contains("CertificateExpiringSoon"))
        #expect(try await Diag.run("tls", in: home).status == 2)
    }

    @Test(arguments: [HostilePeers.Kind.refusing, .closing, .silent, .full])
    func aServerThatDoesNotAnswerIsTwo(kind: HostilePeers.Kind) async throws {
        let port = try await Playground.shared.hostile().port(kind)
        for command in [["redis", "info"], ["pg", "connections"], ["http"]] {
            let word = command == ["http"] ? "http://127.0.0.1:\(port)" : "127.0.0.1:\(port)"
            let outcome = try await Diag.run(command + [word, "--timeout", "1500ms"])
            #expect(outcome.status == 2, "\(command)")
            #expect(outcome.output.contains("FAILED"))
            #expect(outcome.output.contains("P1 InstanceDown"))
        }
    }

    @Test func whatCannotBeKnownIsThree() async throws {
        let outcome = try await Diag.run("logs", "/nonexistent/auth.log")
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("/nonexistent/auth.log"))
    }

    @Test func withoutAHistoryWhatNeedsOneIsUnknown() async throws {
        let home = Home()
        let servers = try await Playground.shared.postgresql()
        try home.configure(Self.primary(servers))
        let outcome = try await Diag.run("sweep", "--no-state", "--only", "PostgreSQLDeadlocks", in: home)
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("needs a second sweep"))
    }

    @Test func twoTargetsAreJudgedByTheWorse() async throws {
        let tls = try await Playground.shared.tls()
        let (good, expired) = (tls.port(.good), tls.port(.expired))
        let outcome = try await Diag.run("tls", "127.0.0.1:\(good)", "127.0.0.1:\(expired)")
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("127.0.0.1:\(good)"))
        #expect(outcome.output.contains("127.0.0.1:\(expired)"))
    }

    static func primary(_ servers: PostgreSQLServers) -> String {
        """
        targets:
          postgresql:
            - name: primary
              url: \(servers.uri(of: servers.primary, as: servers.monitor))
              password_file: \(servers.monitor.passwordFile)

        """
    }

    static func site(_ tls: TLSServers, _ kind: TLSServers.Kind) -> String {
        """
        targets:
          tls:
            - name: web
              address: 127.0.0.1:\(tls.port(kind))
              server_name: \(tls.serverName)
              ca_file: \(tls.authority)
              labels: {team: core}

        """
    }
}

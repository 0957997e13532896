import Foundation
import Playground
import Testing

@Suite("Commands that end sessions", .serialized)
struct RemedyCommandTests {
    /// Of its own: others must not find their sessions ended.
    private static let playground = Playground()

    @Test func areShownAndThenDoneByTheCommandThatIsPrinted() async throws {
        let servers = try await Self.playground.postgresql()
        let patient = try await session(servers, "patient")
        let home = try home(servers, as: servers.application)
        let shown = try await Diag.run("pg", "terminate", "\(patient.backend)", in: home)
        #expect(shown.status == 0)
        #expect(shown.output.contains("would terminate"))
        let command = try #require(shown.lines.last?.trimmingCharacters(in: .whitespaces))
        #expect(command.wholeMatch(of: /diag pg terminate \d+@\d+\.\d{6} --yes/) != nil)
        _ = try await onThreadThrowing { try patient.run("SELECT 1") }
        let done = try await Diag.run(command.split(separator: " ").dropFirst().map(String.init), in: home)
        #expect(done.status == 0)
        #expect(done.output.contains("terminated"))
        #expect(done.lines.last?.contains("(application_name diag) terminate on db") == true)
        let again = try await Diag.run(
            command.split(separator: " ").dropFirst().map(String.init) + ["--format", "json"], in: home)
        #expect(again.status == 0)
        try await expectSchema("remedy", of: again.output)
        let deeds = try #require(try again.json["deeds"] as? [[String: Any]])
        #expect(deeds.compactMap { $0["outcome"] as? String } == ["absent"])
    }

    @Test func sayWithTheirExitCodeWhatIsLeftUndone() async throws {
        let servers = try await Self.playground.postgresql()
        let patient = try await session(servers, "refused")
        defer { patient.close() }
        let monitor = try home(servers, as: servers.monitor)
        let failed = try await Diag.run("pg", "terminate", "\(patient.backend)", "--yes", in: monitor)
        #expect(failed.status == 1)
        #expect(failed.output.contains("GRANT pg_signal_backend TO monitor"))
        let other = try await Diag.run("pg", "terminate", "\(patient.backend)@1.5", "--yes", in: monitor)
        #expect(other.status == 1)
        #expect(other.output.contains("another session"))
        let nothing = try await Diag.run("pg", "kill-idle", "--older-than", "9h", "--yes", in: monitor)
        #expect(nothing.status == 0)
        #expect(nothing.output.contains("nothing to do"))
        let gone = try await Diag.run("pg", "unblock", "127.0.0.1:1", "--yes")
        #expect(gone.status == 3)
        #expect(gone.output.contains("FAILED"))
        #expect(gone.output.contains("Nothing was done."))
    }

    @Test func neverPrintAPasswordInWhatIsToBeCopied() async throws {
        let servers = try await Self.playground.postgresql()
        let patient = try await session(servers, "secret")
        defer { patient.close() }
        let account = servers.application
        let url = "postgres://\(account.name):\(account.password)@127.0.0.1:\(servers.primary.port)/app"
        let shown = try await Diag.run("pg", "terminate", "\(patient.backend)", url)
        #expect(shown.output.contains("postgres://app@127.0.0.1:\(servers.primary.port)/app --yes"))
        #expect(!shown.everything.contains(account.password))
        let idle = try await Diag.run(
            "pg", "kill-idle", "--older-than", "1ms", "--application", "secret", "--dry-run", url)
        #expect(idle.output.contains("--application secret postgres://app@"))
        #expect(!idle.everything.contains(account.password))
        #expect(!idle.output.contains("--dry-run"))
    }

    @Test func wantOneServer() async throws {
        let home = Home()
        try home.configure(
            "targets:\n  postgresql:\n    - name: a\n      url: postgres://x:1\n    - name: b\n      url: postgres://x:2\n"
        )
        let outcome = try await Diag.run("pg", "unblock", in: home)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("name the server: there are a, b"))
    }

    private func session(_ servers: PostgreSQLServers, _ name: String) async throws -> SQLSession {
        try await onThreadThrowing { try servers.session(on: servers.primary, as: servers.application, name: name) }
    }

    private func home(_ servers: PostgreSQLServers, as account: Account) throws -> Home {
        let home = Home()
        try home.configure(
            """
            targets:
              postgresql:
                - name: db
                  url: \(servers.uri(of: servers.primary, as: account))
                  password_file: \(account.passwordFile)
            """)
        return home
    }
}

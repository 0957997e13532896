import Foundation
import Playground
import Testing

@Suite("What is remembered from one run to the next")
struct StateTests {
    private let home = Home()

    init() async throws { try home.configure(VerdictTests.site(try await Playground.shared.tls(), .expiring)) }

    private func since(_ outcome: Outcome) throws -> String? {
        let findings = try #require(try outcome.json["findings"] as? [[String: Any]])
        return findings.first { $0["verdict"] as? String == "firing" }?["since"] as? String
    }

    @Test func isBelowTheStateFolderOfTheUser() async throws {
        _ = try await Diag.run("sweep", in: home)
        #expect(FileManager.default.fileExists(atPath: home.path("state/diag/diag.sqlite")))
    }

    @Test func anAlertFiresSinceTheFirstSweepThatSawIt() async throws {
        let state = home.path("history.sqlite")
        let first = try since(try await Diag.run("sweep", "--state", state, "--format", "json", in: home))
        let second = try since(try await Diag.run("sweep", "--state", state, "--format", "json", in: home))
        #expect(first != nil)
        #expect(first == second)
        #expect(!FileManager.default.fileExists(atPath: home.path("state")))
    }

    @Test func withoutStateNothingIsWritten() async throws {
        let outcome = try await Diag.run("sweep", "--no-state", in: home)
        #expect(outcome.status == 2)
        #expect(!FileManager.default.fileExists(atPath: home.path("state")))
    }

    @Test func aDamagedFileIsSetAsideWithANote() async throws {
        let state = try home.write(String(repeating: "no database at all\n", count: 100), to: "history.sqlite")
        let outcome = try await Diag.run("sweep", "--state", state, in: home)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains(/note: .*history.sqlite/))
        let names = try FileManager.default.contentsOfDirectory(atPath: home.root)
        #expect(names.contains { $0.hasPrefix("history.sqlite.") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
        let next = try await Diag.run("sweep", "--state", state, in: home)
        #expect(!next.output.contains("note:"))
    }

    @Test(arguments: ["/proc/nowhere/history.sqlite", "/dev/null/history.sqlite"])
    func aPlaceThatCannotBeWrittenIsNotedAndTheSweepGoesOn(state: String) async throws {
        let outcome = try await Diag.run("sweep", "--state", state, in: home)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("CertificateExpiringSoon"))
        #expect(outcome.output.contains(/note: .*without a history/))
    }

    @Test func inOneLineTheNoteGoesToStandardError() async throws {
        let outcome = try await Diag.run("sweep", "--state", "/proc/nowhere/x", "--format", "line", in: home)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains(/note: .*without a history/))
    }

    @Test func manySweepsAtOnceLoseNothing() async throws {
        let state = home.path("history.sqlite")
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<6 {
                group.addTask { [home] in try await Diag.run("sweep", "--no-lock", "--state", state, in: home) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes {
            #expect(outcome.status == 2)
            #expect(!outcome.everything.contains("note:"))
        }
    }
}

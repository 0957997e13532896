import Foundation
import Playground
import Testing

@Suite("Sweeps that overlap")
struct OverlapTests {
    private let home = Home()

    /// A silent server, at which a sweep stays for long, and a certificate that is read at once.
    private func configure() async throws {
        let silent = try await Playground.shared.hostile().port(.silent)
        try home.configure(
            VerdictTests.site(try await Playground.shared.tls(), .good)
                + "  redis: {name: cache, url: \"redis://127.0.0.1:\(silent)\"}\n")
    }

    private func kinds(_ outcome: Outcome) throws -> [String: String?] {
        let targets = try #require(try outcome.json["targets"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: targets.map { target in
                let name = (target["target"] as? [String: Any])?["name"] as? String ?? ""
                return (name, (target["failure"] as? [String: Any])?["message"] as? String)
            })
    }

    @Test func theSecondLeavesToTheFirstWhatThatIsLookingAtAndSaysSo() async throws {
        try await configure()
        let first = try Diag.start(["sweep", "--timeout", "60s", "--deadline", "60s"], in: home)
        try await waitForLock()
        let second = try await Diag.run("sweep", "--format", "json", in: home)
        let failures = try kinds(second)
        #expect(failures["cache"] == "being looked at by pid \(first.pid)")
        let text = try await Diag.run("sweep", in: home)
        #expect(text.status == 3)
        #expect(text.output.contains(/UNKNOWN +cache .*being looked at by pid/))
        let anyway = try await Diag.run("sweep", "--no-lock", "--timeout", "300ms", "--format", "json", in: home)
        #expect(try kinds(anyway)["cache"] != "being looked at by pid \(first.pid)")
        // The lock dies with whoever has it.
        first.signal(SIGKILL)
        _ = try? await first.end()
        let after = try await Diag.run("sweep", "--timeout", "300ms", "--format", "json", in: home)
        #expect(after.output.contains("timed_out"))
        #expect(!after.output.contains("being looked at"))
    }

    /// Of what nobody looked at nothing is kept: no outage, and no end of one.
    @Test func whatWasLeftToAnotherCountsForNothing() async throws {
        try await configure()
        let first = try Diag.start(["sweep", "--timeout", "60s", "--deadline", "60s"], in: home)
        try await waitForLock()
        _ = try await Diag.run("sweep", in: home)
        let status = try await Diag.run("status", "--format", "json", in: home).json
        let names = (status["targets"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names?.contains("cache") == false)
        first.signal(SIGKILL)
        _ = try? await first.end()
    }

    /// Until the first sweep has its targets.
    private func waitForLock() async throws {
        let end = ContinuousClock.now + Child.patience
        while true {
            let locks = (try? String(contentsOfFile: "/proc/locks", encoding: .utf8)) ?? ""
            var status = stat()
            if stat(home.path("state/diag/diag.sqlite.lock"), &status) == 0,
                locks.contains(":\(status.st_ino) ") && locks.components(separatedBy: ":\(status.st_ino) ").count > 2
            {
                return
            }
            guard ContinuousClock.now < end else { throw DiagError("no lock came: \(locks)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func eachShardLooksAtItsOwnAndTogetherTheyLookAtAll() async throws {
        let names = (0..<12).map { "r\($0)" }
        try home.configure(
            "targets:\n  redis:\n" + names.map { "    - {name: \($0), url: \"redis://127.0.0.1:1\"}\n" }.joined())
        var seen: [String] = []
        for index in 0..<3 {
            let outcome = try await Diag.run(
                ["sweep", "--shard", "3", "--exit-zero", "--format", "json", "--state", home.path("\(index).sqlite")],
                in: home, environment: ["JOB_COMPLETION_INDEX": "\(index)"])
            #expect(outcome.status == 0)
            seen += try kinds(outcome).keys
        }
        #expect(seen.sorted() == names.sorted())
    }

    @Test func onlyChangesAreToldWhereThatIsWanted() async throws {
        try home.configure("targets:\n  redis: {name: cache, url: \"redis://127.0.0.1:1\"}\n")
        let first = try await Diag.run("sweep", "--changes", "-f", "line", in: home)
        #expect(first.output.contains("InstanceDown cache"))
        let second = try await Diag.run("sweep", "--changes", "-f", "line", in: home)
        #expect(second.status == 2)
        #expect(second.output.isEmpty)
        let without = try await Diag.run("sweep", "--changes", "--no-state", "-f", "line", in: home)
        #expect(without.output.contains("InstanceDown cache"))
    }
}

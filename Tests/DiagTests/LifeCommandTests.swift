import Foundation
import Playground
import Testing

@Suite("diag status, ack, history, incident")
struct LifeCommandTests {
    private let home = Home()

    init() async throws {
        let nobody = try await Playground.shared.hostile().port(.refusing)
        try home.configure(
            VerdictTests.site(try await Playground.shared.tls(), .expiring)
                + "  redis:\n    - {name: cache, url: \"redis://127.0.0.1:\(nobody)\"}\n"
                + "    - {name: queue, url: \"redis://127.0.0.1:\(nobody)\", password: \"${NOT_SET_ANYWHERE}\"}\n")
    }

    private func run(_ words: String..., variables: [String: String] = [:]) async throws -> Outcome {
        try await Diag.run(words, in: home, environment: variables)
    }

    /// The secret of one target is there in sweeps only.
    private func sweep() async throws -> Outcome { try await run("sweep", variables: ["NOT_SET_ANYWHERE": "x"]) }

    @Test func withoutAHistoryItIsUnknownAndNoneIsMade() async throws {
        let outcome = try await run("status")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("there is none"))
        #expect(!FileManager.default.fileExists(atPath: home.path("state")))
    }

    @Test func statusNeedsNoSecretsAndNoServers() async throws {
        #expect(try await sweep().status == 2)
        let outcome = try await run("status")
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("FIRING   P1 InstanceDown"))
        #expect(outcome.output.contains("next  page the secondary on call"))
        let line = try await run("status", "--format", "line")
        #expect(line.lines.count == 1)
        #expect(line.output.hasPrefix("CRITICAL P1 InstanceDown cache"))
        let document = try await run("status", "--format", "json")
        try await expectSchema("status", of: document.output)
        let json = try document.json
        #expect((json["alerts"] as? [[String: Any]])?.count == 3)
        #expect((json["sweeps"] as? [String: Any])?["targets"] as? Int == 3)
    }

    @Test func anAcknowledgementIsSeenInStatusAndSweepAndCanBeTakenBack() async throws {
        _ = try await sweep()
        let done = try await run(
            "ack", "instancedown", "cache", "--note", "on it", "--for", "2h", variables: ["SUDO_USER": "ana"])
        #expect(done.status == 0)
        #expect(done.output.hasPrefix("P1 InstanceDown cache: acknowledged by ana until "))
        #expect(try await run("status").output.contains("acknowledged by ana now: on it (until "))
        #expect(try await sweep().output.contains("; acknowledged by ana"))
        #expect(try await run("unack", "InstanceDown").status == 0)
        #expect(try await run("unack", "InstanceDown").status == 1)
        #expect(!(try await run("status").output.contains("acknowledged by ana")))
        let history = try await run("history", "InstanceDown")
        #expect(history.output.contains(/acked +InstanceDown cache  by ana: on it/))
        #expect(history.output.contains("unacked"))
    }

    @Test func whatDoesNotFireCannotBeAcknowledged() async throws {
        _ = try await sweep()
        let other = try await run("ack", "InstanceDown", "nowhere")
        #expect(other.status == 1)
        #expect(other.errors == "InstanceDown does not fire at nowhere; it fires or is pending at cache, queue\n")
        #expect(try await run("ack", "DiskSpaceLow").status == 1)
        let slip = try await run("ack", "InstanceDon")
        #expect(slip.status == 64)
        #expect(slip.errors.contains("did you mean 'InstanceDown'?"))
    }

    @Test func anIncidentIsFilledFromWhatWasMeasured() async throws {
        _ = try await sweep()
        let outcome = try await run("incident", "InstanceDown")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("[INCIDENT] An instance is down: cache, queue\nSeverity: P1\n"))
        #expect(outcome.output.contains("Connection refused from "))
        #expect(outcome.output.contains("Fired with it: CertificateExpiringSoon"))
        let document = try await run("incident", "InstanceDown", "cache", "-m", "postmortem", "-f", "json")
        try await expectSchema("incident", of: document.output)
        let json = try document.json
        let message = try #require(json["message"] as? [String: String])
        #expect(message["kind"] == "postmortem")
        #expect(message["text"]?.hasPrefix("# Postmortem: An instance is down (cache)") == true)
        #expect(try await run("incident", "DiskSpaceLow").status == 1)
    }

    @Test func aHistoryIsToldAsJSONToo() async throws {
        for _ in 0..<2 { _ = try await sweep() }
        _ = try await run("ack", "InstanceDown", "cache")
        let document = try await run("history", "--format", "json", "--since", "1h")
        try await expectSchema("history", of: document.output)
        let json = try document.json
        #expect((json["episodes"] as? [Any])?.count == 3)
        #expect((json["uptime"] as? [Any])?.count == 3)
        #expect(try await run("history", "--target", "cach").errors.contains("did you mean 'cache'?"))
    }

    @Test func aConfigurationWithoutHistorySaysSo() async throws {
        try home.configure("history: {enabled: false}\n")
        let outcome = try await run("status")
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--state"))
    }
}

@Suite("A history that cannot be written")
struct UnwritableHistoryTests {
    private let home = Home()

    init() async throws { try home.configure(VerdictTests.site(try await Playground.shared.tls(), .expiring)) }

    private var state: String { home.path("state/diag/diag.sqlite") }

    private func since(_ outcome: Outcome) throws -> String? {
        let findings = try #require(try outcome.json["findings"] as? [[String: Any]])
        return findings.first { $0["verdict"] as? String == "firing" }?["since"] as? String
    }

    private func notes(_ outcome: Outcome) throws -> [String] { try #require(try outcome.json["notes"] as? [String]) }

    private func shell(_ script: String) async throws -> Outcome {
        let child = try Child.spawn(
            ["/bin/sh", "-c", script], home.environment.merging(["DIAG": Diag.path]) { $1 }, output: -1, errors: 2)
        let status = try await child.end()
        let output = (try? String(contentsOfFile: home.path("out"), encoding: .utf8)) ?? ""
        let errors = (try? String(contentsOfFile: home.path("err"), encoding: .utf8)) ?? ""
        return Outcome(status: status, output: output, errors: errors)
    }

    /// No file may grow beyond what it has, as on a full disk; the report goes through pipes that have no such limit.
    private func sweepWithoutRoom(blocks: Int) async throws -> Outcome {
        try await shell(
            """
            (ulimit -f \(blocks); exec "$DIAG" sweep --format json 2>&3) 3>'\(home.path("err"))' | cat >'\(home.path("out"))'
            """)
    }

    /// No room for what is to be written, and none even for the memory that processes share.
    @Test(arguments: [128, 8])
    func onAFullDiskASweepStillKnowsSinceWhenAndSaysWhatIsLost(blocks: Int) async throws {
        let first = try await Diag.run("sweep", "--format", "json", in: home)
        for _ in 0..<6 { _ = try await Diag.run("sweep", in: home) }
        let full = try await sweepWithoutRoom(blocks: blocks)
        #expect(try since(full) == (try since(first)), "\(full)")
        #expect(try notes(full).contains { $0.contains("could not be kept") }, "\(full)")
        let after = try await Diag.run("sweep", "--format", "json", in: home)
        #expect(try since(after) == (try since(first)))
        #expect(try notes(after) == [])
        let events = try await Diag.run("history", "--format", "json", in: home).json["events"] as? [[String: Any]]
        #expect(events?.map { $0["event"] as? String } == ["firing"])
    }

    @Test func onAFullDiskTheFirstHistoryIsNoneAndTheNextOneWhole() async throws {
        let full = try await sweepWithoutRoom(blocks: 4)
        #expect(try notes(full).contains { $0.contains("without a history") }, "\(full)")
        #expect(try since(full) == nil || full.output.contains("CertificateExpiringSoon"))
        let next = try await Diag.run("sweep", "--format", "json", in: home)
        #expect(try notes(next) == [], "\(next)")
        #expect(try since(next) != nil)
    }

    /// As somebody whom the file system refuses: root is refused nothing.
    @Test func aFolderThatIsReadOnlyIsANoteAndAcknowledgingThereAnError() async throws {
        _ = try await Diag.run("sweep", in: home)
        _ = try await shell(
            "chmod -R a+rX '\(home.root)' && chmod a-w '\(home.path("state/diag"))'/* '\(home.path("state/diag"))'")
        let drop = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
        let run = { (words: String) in
            try await shell("cd / && \(drop) \"$DIAG\" \(words) >'\(home.path("out"))' 2>'\(home.path("err"))'")
        }
        let sweep = try await run("sweep --format json")
        #expect(sweep.status == 2)
        #expect(try notes(sweep).contains { $0.contains("is not to be written to by this user") }, "\(sweep)")
        let status = try await run("status")
        #expect(status.status == 2, "\(status)")
        let word = try await run("ack CertificateExpiringSoon")
        #expect(word.status == 3)
        #expect(word.errors.contains("is not to be written to by this user"), "\(word)")
        _ = try await shell("chmod -R u+w '\(home.path("state"))'")
    }
}

import Foundation
import Playground
import Testing

@Suite("diag … --watch")
struct WatchTests {
    @Test func givesOneLineOfJSONEachRoundAndEndsWithTheVerdictOnInterruption() async throws {
        let (running, _) = try await watch(["--format", "json"], output: .pipe()) {
            $0.filter { $0 == "\n" }.count >= 2
        }
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect((0...3).contains(outcome.status))
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines.count >= 2)
        for line in outcome.lines {
            let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(json?["schema_version"] as? Int == 1)
        }
    }

    @Test func givesOneBlockEachRoundToAPipe() async throws {
        let (running, _) = try await watch([], output: .pipe()) { $0.components(separatedBy: "every 200 ms").count > 2 }
        running.signal(SIGTERM)
        let outcome = try await running.end()
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(outcome.output.contains("Deadlocks"))
    }

    @Test func redrawsATerminalInPlaceAndLeavesItAsItWas() async throws {
        let (running, _) = try await watch([], output: .terminal()) { $0.components(separatedBy: "\u{1B}[H").count > 2 }
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect(outcome.output.contains("\u{1B}[?1049h"))
        let after = try #require(outcome.output.components(separatedBy: "\u{1B}[?1049l").last)
        #expect(after.contains("Deadlocks"), "the last round stays to be read")
        #expect(outcome.output.contains("\u{1B}[?25h"), "the cursor is back")
    }

    @Test func goesOnWhileTheTargetIsDown() async throws {
        let (running, _) = try await watch(
            ["postgres://nobody@127.0.0.1:1/x", "--format", "json"], named: nil, output: .pipe()
        ) { $0.filter { $0 == "\n" }.count >= 3 }
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect(outcome.status == 2)
        #expect(outcome.lines.count >= 3)
    }

    @Test func refusesAnIntervalThatIsNone() async throws {
        #expect(try await Diag.run("host", "--watch", "0").status == 64)
        #expect(try await Diag.run("host", "--watch", "0.01").status == 64)
    }

    /// Starts it, and waits until its output is as wanted.
    private func watch(
        _ words: [String], named target: String? = "primary", output: Stream,
        until isEnough: (String) -> Bool
    ) async throws -> (Running, Stream) {
        let configuration = try await Playground.shared.writeConfiguration()
        let running = try Diag.start(
            ["pg", "deadlocks"] + [target].compactMap { $0 } + words
                + ["--watch", "0.2", "--config", configuration],
            in: Home(), environment: ["TERM": "xterm"], output: output)
        let end = ContinuousClock.now + Child.patience
        while !isEnough(output.text) {
            guard ContinuousClock.now < end else { throw DiagError("not enough came: \(output.text)") }
            try await Task.sleep(for: .milliseconds(20))
        }
        return (running, output)
    }
}

import Foundation
import Playground
import Testing

@Suite("diag watch")
struct WatchCommandTests {
    private let home = Home()
    private let escape = "\u{1B}"

    init() throws {
        try home.configure(
            "targets:\n  redis:\n    - {name: cache, url: \"redis://127.0.0.1:1\"}\n"
                + "    - {name: queue, url: \"redis://127.0.0.1:2\"}\n")
    }

    private func start(_ terminal: Stream) throws -> Running {
        try Diag.start(
            ["watch", "--every", "500ms"], in: home, environment: ["TERM": "xterm-256color", "NO_COLOR": "1"],
            output: terminal, readsKeys: true)
    }

    /// Waits until what was written since `mark` has the text.
    private func wait(_ terminal: Stream, since mark: Int = 0, for text: String) async throws {
        let end = ContinuousClock.now + Child.patience
        while !terminal.text.dropFirst(mark).contains(text) {
            guard ContinuousClock.now < end else {
                throw DiagError("'\(text)' did not come: \(terminal.text.debugDescription)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Presses keys, and waits for what they bring.
    private func press(_ keys: String, _ terminal: Stream, for text: String) async throws {
        let mark = terminal.text.count
        terminal.type(keys)
        try await wait(terminal, since: mark, for: text)
    }

    @Test func keysLeadToTheEvidenceAndBackAndOut() async throws {
        let terminal = try Stream.terminal()
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING P1 InstanceDown cache")
        #expect(!terminal.isAsFound)
        try await press("j", terminal, for: "▶ FIRING P1 InstanceDown queue")
        try await press("\r", terminal, for: "diag redis info queue")
        try await press(escape, terminal, for: "Enter evidence")
        try await press("\t", terminal, for: "Tab alerts")
        try await press("?", terminal, for: "any other key goes back")
        try await press("x", terminal, for: "Tab alerts")
        try await press("/que", terminal, for: "/que█")
        try await press("\r", terminal, for: "Enter evidence")
        try await press("p", terminal, for: "PAUSED")
        terminal.type("q")
        let outcome = try await running.end()
        #expect(outcome.status == 2)
        let after = try #require(outcome.output.components(separatedBy: "\(escape)[?1049l").last)
        #expect(after.contains("CRITICAL: 2 firing: InstanceDown cache"))
        #expect(outcome.output.contains("\(escape)[?25h"), "the cursor is back")
        #expect(outcome.output.contains("\(escape)[?2026h"), "updates are whole")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalEndsItInGoodOrder(signal: CInt) async throws {
        let terminal = try Stream.terminal()
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING")
        running.signal(signal)
        let outcome = try await running.end()
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("\(escape)[?1049l"))
    }

    @Test(arguments: [SIGSEGV, SIGABRT, SIGQUIT]) func aCrashLeavesTheTerminalAsItWas(signal: CInt) async throws {
        let terminal = try Stream.terminal()
        let held = dup(terminal.childEnd)
        defer { close(held) }
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING")
        #expect(!terminal.isAsFound)
        running.signal(signal)
        try await wait(terminal, for: "\(escape)[?1049l")
        try await eventually { terminal.isAsFound }
        close(held)
        #expect(try await running.end().status == 128 + signal)
    }

    @Test func stoppingGivesTheTerminalBackAndGoingOnDrawsItAnew() async throws {
        let terminal = try Stream.terminal()
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING")
        running.signal(SIGTSTP)
        try await wait(terminal, for: "\(escape)[?1049l")
        try await eventually { terminal.isAsFound }
        let mark = terminal.text.count
        running.signal(SIGCONT)
        try await wait(terminal, since: mark, for: "FIRING P1 InstanceDown cache")
        try await eventually { !terminal.isAsFound }
        terminal.type("q")
        #expect(try await running.end().status == 2)
    }

    @Test func anotherSizeIsDrawnAtOnceAndWhole() async throws {
        let terminal = try Stream.terminal()
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING")
        terminal.type("p")
        try await wait(terminal, for: "PAUSED")
        let mark = terminal.text.count
        terminal.resize(columns: 40, rows: 12)
        running.signal(SIGWINCH)
        try await wait(terminal, since: mark, for: "Connection refused")
        let drawn = String(terminal.text.dropFirst(mark))
        #expect(drawn.contains("\(escape)[2J"))
        #expect(drawn.contains("\(escape)[12;1H"))
        #expect(!drawn.contains("\(escape)[13;1H"))
        terminal.type("q")
        #expect(try await running.end().status == 2)
    }

    /// Rounds that find the same write next to nothing.
    @Test func onlyWhatChangesIsWritten() async throws {
        let terminal = try Stream.terminal()
        let running = try start(terminal)
        try await wait(terminal, for: "FIRING")
        let mark = terminal.text.count
        try await wait(terminal, since: mark, for: "every 500 ms")
        terminal.type("q")
        let outcome = try await running.end()
        let update = outcome.output.dropFirst(mark).components(separatedBy: "\(escape)[?2026l")[0]
        #expect(!update.contains("\(escape)[2J"))
    }

    @Test(arguments: ["line", "json", "text"]) func withoutATerminalEachRoundIsPrinted(format: String) async throws {
        let output = Stream.pipe()
        let running = try Diag.start(["watch", "--every", "500ms", "--format", format], in: home, output: output)
        let end = ContinuousClock.now + Child.patience
        while output.text.components(separatedBy: "InstanceDown").count < 6, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect(outcome.status == 2)
        #expect(!outcome.output.contains(escape))
        #expect(!FileManager.default.fileExists(atPath: home.path("state")), "who watches keeps nothing")
    }

    private func eventually(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + Child.patience
        while !condition() {
            guard ContinuousClock.now < end else { throw DiagError("it did not come to be") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

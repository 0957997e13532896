import Playground
import Testing

@Suite("Who reads the output")
struct TerminalTests {
    private static let escape: Character = "\u{1B}"
    private let explanation = ["explain", "RedisMemoryFull"]

    @Test func aPipeGetsNoColours() async throws {
        let outcome = try await Diag.run(explanation, environment: ["TERM": "xterm-256color"])
        #expect(!outcome.output.contains(Self.escape))
    }

    @Test func aTerminalGetsColours() async throws {
        let outcome = try await Diag.run(explanation, environment: ["TERM": "xterm-256color"], output: .terminal())
        #expect(outcome.output.contains("\u{1B}["))
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func aTerminalThatWantsNoneGetsNone(environment: [String: String]) async throws {
        let outcome = try await Diag.run(explanation, environment: environment, output: .terminal())
        #expect(outcome.status == 0)
        #expect(!outcome.output.contains(Self.escape))
    }

    @Test func theCommandLineHasTheLastWord() async throws {
        let never = try await Diag.run(explanation + ["--color", "never"], output: .terminal())
        #expect(!never.output.contains(Self.escape))
        let always = try await Diag.run(explanation + ["--color", "always"], environment: ["NO_COLOR": "1"])
        #expect(always.output.contains(Self.escape))
    }

    @Test func noLineIsWiderThanTheTerminal() async throws {
        let outcome = try await Diag.run(
            "explain", "HighErrorRate", environment: ["NO_COLOR": "1"], output: .terminal())
        let prose = outcome.lines.filter { !$0.hasPrefix("    ") }
        #expect(prose.allSatisfy { $0.count <= 100 })
    }

    @Test(arguments: ["0", "-3", "wide", "1"])
    func anImpossibleWidthDoesNoHarm(columns: String) async throws {
        let outcome = try await Diag.run(explanation, environment: ["COLUMNS": columns])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("RedisMemoryFull"))
    }

    @Test func whoWaitsAtATerminalIsToldForWhat() async throws {
        let port = try await Playground.shared.hostile().port(.silent)
        let errors = try Stream.terminal()
        let outcome = try await Diag.run("redis", "info", "127.0.0.1:\(port)", "--timeout", "3s", errors: errors)
        #expect(outcome.errors.contains("waiting for 127.0.0.1:\(port)"))
        #expect(outcome.errors.hasSuffix("\r\u{1B}[K"), "the line is gone in the end")
        #expect(!outcome.output.contains(Self.escape))
    }

    @Test func nobodyIsToldOfAWaitThatIsNone() async throws {
        let outcome = try await Diag.run("explain", errors: .terminal())
        #expect(outcome.errors.isEmpty)
    }

    @Test func inAPipeNobodyIsToldOfTheWait() async throws {
        let port = try await Playground.shared.hostile().port(.silent)
        let outcome = try await Diag.run("redis", "info", "127.0.0.1:\(port)", "--timeout", "2s")
        #expect(outcome.errors.isEmpty)
    }

    @Test func aReaderThatHasGoneIsNoError() async throws {
        let outcome = try await Diag.run(explanation, output: .abandoned())
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: [["explain"], ["--help"], ["--version"], ["config", "check"]])
    func aFullDiskIsAnErrorOfItsOwn(command: [String]) async throws {
        let outcome = try await Diag.run(command, output: .file("/dev/full"))
        #expect(outcome.status == 74)
        #expect(outcome.errors == "Error: standard output: No space left on device\n")
    }

    /// Without care the socket to the server would get the number of standard output, and our report would go there.
    @Test func aClosedOutputIsAnErrorAndNoServerGetsTheReport() async throws {
        let port = try await Playground.shared.hostile().port(.rubbish)
        let outcome = try await Diag.run("redis", "info", "127.0.0.1:\(port)", output: .closed())
        #expect(outcome.status == 74)
        #expect(outcome.errors == "Error: standard output: Bad file descriptor\n")
    }

    @Test func aVerdictThatCouldNotBeWrittenIsNotGivenByTheExitCode() async throws {
        let port = try await Playground.shared.hostile().port(.refusing)
        let outcome = try await Diag.run("redis", "info", "127.0.0.1:\(port)", output: .file("/dev/full"))
        #expect(outcome.status == 74)
    }
}

import ArgumentParser
import Diagnostics
import Glibc
import PostgreSQL
import Report
import Runbook
import Sweep

/// Exit codes, in one place: 0 to 3 are verdicts (`ExitStatus`), 64 and up are from sysexits(3).
enum ExitCodes {
    static let usage: Int32 = 64
    static let cannotWrite: Int32 = 74
    static let configuration: Int32 = 78

    /// Prints what an error has to say, to where it belongs, and returns the code to exit with.
    static func report(_ error: any Error, arguments: [String]) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        let mistake = Mistake(error, arguments)
        guard mistake.code != 0 else { return answer(mistake.text) }
        guard asksForNagios(arguments) else { return complain(mistake.text, mistake.code) }
        // A check that fails is no verdict, and 1 and 2 would be one; where nothing can be written, the code must do.
        try? Output.write(NagiosText.failure(mistake.text))
        return ExitStatus.unknown.rawValue
    }

    /// Help and version go to standard output.
    private static func answer(_ text: String) -> Int32 {
        do {
            try Output.write(text + "\n")
            return 0
        } catch {
            return complain("Error: \(error)", cannotWrite)
        }
    }

    /// Whatever else is wrong with the command line: its caller is one that reads the answers of plugins.
    private static func asksForNagios(_ arguments: [String]) -> Bool {
        zip(arguments, arguments.dropFirst()).contains { ["-f", "--format"].contains($0) && $1 == "nagios" }
            || arguments.contains("--format=nagios") || arguments.contains("-fnagios")
    }

    private static func complain(_ message: String, _ code: Int32) -> Int32 {
        Output.complain(
            message.split(separator: "\n", omittingEmptySubsequences: false).map { terminalSafe(String($0)) }.joined(
                separator: "\n"))
        return code
    }
}

/// What an error has to say, and the code that goes with it.
private struct Mistake {
    let text: String
    let code: Int32

    private init(_ text: String, _ code: Int32) {
        self.text = text
        self.code = code
    }

    init(_ error: any Error, _ arguments: [String]) {
        switch error {
        // One mistake a line, each beginning with its place, as compilers do and editors understand.
        case let error as ConfigurationError: self.init("\(error)", ExitCodes.configuration)
        case let error as OwnQuery.Mistake: self.init("\(error)", ExitCodes.configuration)
        case let error as ProbeError where error.kind == .misconfigured:
            self.init("Error: \(error)" + (error.advice.map { "\n" + $0 } ?? ""), ExitCodes.usage)
        case let error as HistoryError: self.init("Error: \(error)", ExitStatus.unknown.rawValue)
        case let error as OutputError: self.init("Error: \(error)", ExitCodes.cannotWrite)
        case is ShardError, is ScheduleError, is SelectionError, is UsageError:
            self.init("Error: \(error)", ExitCodes.usage)
        default: self.init(parsing: error, arguments)
        }
    }

    /// Bad usage is 64; help and version are no mistakes.
    private init(parsing error: any Error, _ arguments: [String]) {
        let message = DiagCommand.fullMessage(for: error)
        if DiagCommand.exitCode(for: error).isSuccess {
            self.init(message, 0)
        } else {
            self.init(UnknownCommand(in: arguments).map { "Error: \($0)" } ?? message, ExitCodes.usage)
        }
    }
}

/// An argument that parses and yet means nothing here.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}

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
        switch error {
        case let code as ExitCode: return code.rawValue
        // One mistake a line, each beginning with its place, as compilers do and editors understand.
        case let error as ConfigurationError: return complain("\(error)", configuration)
        case let error as OwnQuery.Mistake: return complain("\(error)", configuration)
        case let error as ProbeError where error.kind == .misconfigured:
            return complain("Error: \(error)" + (error.advice.map { "\n" + $0 } ?? ""), usage)
        case let error as HistoryError: return complain("Error: \(error)", ExitStatus.unknown.rawValue)
        case let error as OutputError: return complain("Error: \(error)", cannotWrite)
        case let error as ShardError: return complain("Error: \(error)", usage)
        case let error as ScheduleError: return complain("Error: \(error)", usage)
        case let error as SelectionError: return complain("Error: \(error)", usage)
        case let error as UsageError: return complain("Error: \(error)", usage)
        default: return reportParsing(error, arguments)
        }
    }

    /// Help and version go to standard output with 0; bad usage to standard error with 64.
    private static func reportParsing(_ error: any Error, _ arguments: [String]) -> Int32 {
        guard DiagCommand.exitCode(for: error).isSuccess else {
            let message = UnknownCommand(in: arguments).map { "Error: \($0)" }
            return complain(message ?? DiagCommand.fullMessage(for: error), usage)
        }
        do {
            try Output.write(DiagCommand.fullMessage(for: error) + "\n")
            return 0
        } catch {
            return complain("Error: \(error)", cannotWrite)
        }
    }

    private static func complain(_ message: String, _ code: Int32) -> Int32 {
        Output.complain(
            message.split(separator: "\n", omittingEmptySubsequences: false).map { terminalSafe(String($0)) }.joined(
                separator: "\n"))
        return code
    }
}

/// An argument that parses and yet means nothing here.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}

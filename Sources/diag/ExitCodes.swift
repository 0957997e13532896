import ArgumentParser
import Diagnostics
import Glibc
import Runbook
import Sweep

/// Exit codes, in one place: 0 to 3 are verdicts (`ExitStatus`), 64 and up are from sysexits(3).
enum ExitCodes {
    static let usage: Int32 = 64
    static let cannotWrite: Int32 = 74
    static let configuration: Int32 = 78

    /// Prints what an error has to say, to where it belongs, and returns the code to exit with.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case let code as ExitCode: return code.rawValue
        case let error as ConfigurationError:
            Output.complain("\(error)")
            return configuration
        case let error as ProbeError where error.kind == .misconfigured:
            Output.complain(error.message + (error.advice.map { "\n" + $0 } ?? ""))
            return usage
        case let error as OutputError:
            Output.complain("\(error)")
            return cannotWrite
        case let error as SelectionError:
            Output.complain("\(error)")
            return usage
        default: return reportParsing(error)
        }
    }

    /// Help and version go to standard output with 0; bad usage to standard error with 64.
    private static func reportParsing(_ error: any Error) -> Int32 {
        let code = DiagCommand.exitCode(for: error).rawValue
        let message = DiagCommand.fullMessage(for: error)
        if code == 0 {
            try? Output.write(message + "\n")
            return 0
        }
        Output.complain(message)
        return usage
    }
}

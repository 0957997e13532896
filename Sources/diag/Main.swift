import ArgumentParser
import Glibc

@main
enum Main {
    static func main() async {
        // A reader that has gone away is no error of ours: writes then fail with EPIPE, which is told apart.
        signal(SIGPIPE, SIG_IGN)
        ProcessLimits.occupyStandardDescriptors()
        ProcessLimits.raiseDescriptors()
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Parses, runs, and maps whatever happened to an exit code.
    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try DiagCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return ExitCodes.report(error, arguments: arguments)
        }
    }
}

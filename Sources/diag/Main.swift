import ArgumentParser
import Glibc

@main
enum Main {
    static func main() async {
        // A reader that has gone away is no error of ours: writes then fail with EPIPE, which is told apart.
        signal(SIGPIPE, SIG_IGN)
        // Nor is a limit to the size of files: the write that runs into it fails with EFBIG and is told.
        signal(SIGXFSZ, SIG_IGN)
        ProcessLimits.occupyStandardDescriptors()
        ProcessLimits.raiseDescriptors()
        leave(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Parses, runs, and maps whatever happened to an exit code.
    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try command(arguments)
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

    /// At once: what libraries would do at the end (OpenSSL frees all its tables) is the system's own work anyway.
    private static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    /// By the command's own parser where one is named that has no commands below it: it takes half the time of building
    /// the tree of all. Whatever it cannot parse, be it a mistake or `--help`, is told in the words of the whole tree.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        let named = DiagCommand.configuration.subcommands.first {
            $0.configuration.commandName == arguments.first && $0.configuration.subcommands.isEmpty
        }
        if let command = try? named?.parseAsRoot(Array(arguments.dropFirst())) { return command }
        return try DiagCommand.parseAsRoot(arguments)
    }
}

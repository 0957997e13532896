import ArgumentParser
import Diagnostics

struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "This machine: CPU, memory, filesystems, the busiest processes and the largest folders.",
        discussion: """
            Watches the CPU for half a second.

            EXAMPLES
              diag host
              diag host --format json
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Argument(
        help: ArgumentHelp("A host's name in the configuration.", valueName: "target"), completion: .targets(.host))
    var targets: [String] = []

    func run() async throws { try await options.inspect(.host, targets, watching: watch) }
}

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Failed logins and rate-limit hits of the last five minutes, with their sources and endpoints.",
        discussion: """
            EXAMPLES
              diag logs
              diag logs /var/log/aragora/auth.log
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Argument(
        help: ArgumentHelp("A target's name, or the path of a log file.", valueName: "target"), completion: .file())
    var targets: [String] = []

    func run() async throws { try await options.inspect(.log, targets, watching: watch) }
}

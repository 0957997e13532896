import ArgumentParser
import Diagnostics
import Report
import Sweep

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.",
        subcommands: [ConfigCheckCommand.self])
}

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the configuration is right, and list its targets.",
        discussion: """
            Every mistake is named with file, line and key. Connects to nothing.

            EXAMPLES
              diag config check
              diag config check --config ./diag.yaml
            """)

    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let file = configuration.config ?? ConfigurationFile.usual(environment: Environment.variables)
        guard let file else {
            return try Output.write(
                "no configuration file; looked for "
                    + ConfigurationFile.places(environment: Environment.variables).joined(separator: ", ")
                    + "\n`diag sweep` then finds its targets by itself\n")
        }
        let settings = try configuration.load()
        let targets = settings.targets.map { "  \($0.target.kind.rawValue)  \($0.target.name)  \($0.target.address)\n" }
        try Output.write("\(file) is right: \(targets.count) targets\n" + terminalSafeLines(targets))
    }

    private func terminalSafeLines(_ lines: [String]) -> String {
        lines.map { terminalSafe(String($0.dropLast())) + "\n" }.joined()
    }
}

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
        try Output.write(terminalSafe("\(file) is right: \(summary(settings))") + "\n" + listed(settings.targets))
    }

    private func summary(_ settings: Configuration) -> String {
        switch settings.targets.count {
        case 0: "no targets; `diag sweep` then finds them by itself"
        case 1: "1 target"
        case let count: "\(count) targets"
        }
    }

    /// Kind, name and address, one below the other.
    private func listed(_ targets: [ConfiguredTarget]) -> String {
        let rows = targets.map(\.target).map { [$0.kind.rawValue, terminalSafe($0.name), terminalSafe($0.address)] }
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return "  " + (padded + row.suffix(1)).joined(separator: "  ") + "\n"
        }.joined()
    }
}

import ArgumentParser
import Diagnostics
import Report
import Sweep

enum ColourChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The configuration file.",
            discussion: "By default $XDG_CONFIG_HOME/diag/diag.yaml or /etc/diag/diag.yaml, whichever is there first.",
            valueName: "file"), completion: .file())
    var config: String?

    /// - Throws: `ConfigurationError` when the file is not right, or a named one is not there.
    func load() throws -> Configuration {
        let environment = Environment.variables
        guard let file = config ?? ConfigurationFile.usual(environment: environment) else { return Configuration() }
        return try Configuration(file: file, environment: environment)
    }
}

/// How the answer looks.
struct TextOptions: ParsableArguments {
    @Option(name: .customLong("color"), help: "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
    var colour: ColourChoice = .auto

    @Flag(name: .shortAndLong, help: "All evidence and all rows.")
    var verbose = false

    func layout(rows: Int, pieces: Int) -> TextLayout {
        TextLayout(
            ink: Terminal.ink(colour), width: Terminal.width, rows: verbose ? .max : rows,
            pieces: verbose ? .max : pieces)
    }
}

/// A length of time on the command line: `500ms`, `5s`, `1m`.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Quantity.duration(argument), duration > .zero else { return nil }
        self.duration = duration
    }
}

/// The configuration and the target of a command that looks at one kind of dependency.
struct TargetOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, nagios, junit, markdown, html }

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Option(name: .shortAndLong, help: DocumentFormat.help("text, json"))
    var format: Format = .text

    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: ArgumentHelp("How long a target may take: 500ms, 5s, 1m.", valueName: "time"))
    var timeout: TimeSpan?
}

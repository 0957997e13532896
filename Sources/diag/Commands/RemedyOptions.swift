import ArgumentParser
import Diagnostics
import Glibc
import Report
import Runbook
import Sweep

/// What every remedy takes: it is shown, and only with `--yes` done.
struct RemedyOptions: ParsableArguments {
    @OptionGroup var options: TargetOptions

    @Flag(name: .long, help: "Do it. Without this it is only shown.")
    var yes = false

    @Flag(name: .long, help: "Only show what would be done, which is the default.")
    var dryRun = false

    func validate() throws {
        guard options.format.document == nil else {
            throw ValidationError("what is done has no verdict: --format takes text or json here")
        }
        if yes && dryRun { throw ValidationError("--yes and --dry-run exclude each other") }
    }

    static let exitCodes = """
        EXIT CODES
          0 all of it is done (or shown), or there is nothing to do
          1 something that was asked for is not, or would not be, done
          3 the server could not be asked
        """

    var mode: Treatment.Mode { yes ? .done : .shown }

    /// The one server that a word names: a pid, an id or a pattern means nothing at several, and what is meant for one must
    /// not be done to all.
    func target(_ kind: Target.Kind, _ word: String?, _ settings: Configuration) throws -> ConfiguredTarget {
        let locator = TargetLocator(configured: settings.targets, environment: Environment.variables)
        let targets = try locator.targets(kind, word)
        guard targets.count == 1, let target = targets.first else {
            let names = targets.map(\.target.name).joined(separator: ", ")
            throw UsageError(description: "name the server: there are \(names)")
        }
        return target
    }

    /// What is printed to be copied names the server as it was named.
    ///
    /// - Parameter shown: the word without a password; nil where none was given.
    func writing(_ word: String?, shown: String?) -> RemedyCommand {
        let file = options.configuration.config.map { ["--config", $0] } ?? []
        let typed = CommandLine.arguments.dropFirst().filter { $0 != "--dry-run" }
        return RemedyCommand(
            tail: (shown.map { [$0] } ?? []) + file, whole: typed.map { $0 == word ? shown ?? $0 : $0 })
    }

    /// Prints what was done, or would be, and ends with how it went.
    func finish(_ treatment: Treatment) throws {
        let report = TreatmentReport(version: Version.text, treatment: treatment, operator: Self.operator)
        switch options.format {
        case .text: try options.output.write(report.text(layout: options.text.layout(rows: 40, pieces: .max)))
        // Others are refused before.
        case .json, .nagios, .junit, .markdown, .html: try options.output.write(report.json)
        }
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// Who sits before the terminal, for the audit line: a role of the server may be many people's.
    private static var `operator`: String {
        let names = ["SUDO_USER", "USER", "LOGNAME"].compactMap { Environment.variables[$0] }
        return names.first { !$0.isEmpty } ?? "uid \(getuid())"
    }
}

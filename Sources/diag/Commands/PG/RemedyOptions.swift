import ArgumentParser
import Diagnostics
import Glibc
import PostgreSQL
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
        if yes && dryRun { throw ValidationError("--yes and --dry-run exclude each other") }
    }

    static let exitCodes = """
        EXIT CODES
          0 all of it is done (or shown), or there is nothing to do
          1 something that was asked for is not, or would not be, done
          3 the server could not be asked
        """

    /// Shows a remedy at the one server that a word names, or does it, prints that, and ends with how it went.
    func treat(_ remedy: PostgreSQLRemedy, at word: String?) async throws {
        let settings = try options.configuration.load()
        let target = try target(word, settings)
        let timeout = options.timeout?.duration ?? target.timeout ?? settings.bounds.timeout
        guard let run = try target.run(remedy, mode: yes ? .done : .shown, writing: writing(word, target)) else {
            throw UsageError(description: "\(target.target.name) is no PostgreSQL server")
        }
        let treatment = await run.treat(within: timeout)
        try finish(TreatmentReport(version: Version.text, treatment: treatment, operator: Self.operator))
    }

    /// A pid means nothing at several servers, and a filter meant for one would end sessions at all of them.
    private func target(_ word: String?, _ settings: Configuration) throws -> ConfiguredTarget {
        let locator = TargetLocator(configured: settings.targets, environment: Environment.variables)
        let targets = try locator.targets(.postgresql, word)
        guard targets.count == 1, let target = targets.first else {
            let names = targets.map(\.target.name).joined(separator: ", ")
            throw UsageError(description: "name the server: there are \(names)")
        }
        return target
    }

    /// What is printed to be copied names the server as it was named, without a password.
    private func writing(_ word: String?, _ target: ConfiguredTarget) -> RemedyCommand {
        let shown = word.map { PostgreSQLSettings.withoutPassword($0) ?? target.target.address }
        let file = options.configuration.config.map { ["--config", $0] } ?? []
        let typed = CommandLine.arguments.dropFirst().filter { $0 != "--dry-run" }
        return RemedyCommand(
            tail: (shown.map { [$0] } ?? []) + file, whole: typed.map { $0 == word ? shown ?? $0 : $0 })
    }

    private func finish(_ report: TreatmentReport) throws {
        switch options.format {
        case .text: try Output.write(report.text(layout: options.text.layout(rows: 40, pieces: .max)))
        case .json: try Output.write(report.json)
        }
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// Who sits before the terminal, for the audit line: a role of the server may be many people's.
    private static var `operator`: String {
        let names = ["SUDO_USER", "USER", "LOGNAME"].compactMap { Environment.variables[$0] }
        return names.first { !$0.isEmpty } ?? "uid \(getuid())"
    }
}

/// Pids and at most one target among the words of a command.
struct NamedSessions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Pids, each as PID or, as shown, PID@START for no other session; then a target's name, postgres://… or HOST[:PORT].",
            valueName: "pid… [target]"))
    var words: [String] = []

    var sessions: [SessionReference] { words.compactMap { SessionReference($0) } }

    var target: String? { words.first { SessionReference($0) == nil } }

    func validate() throws {
        let others = words.filter { SessionReference($0) == nil }
        if let odd = others.first(where: { $0.prefix { $0 != "@" }.allSatisfy(\.isNumber) && $0.contains("@") }) {
            throw ValidationError("'\(odd)' is no session: write PID, PID@START or PID@START/STATEMENT as shown")
        }
        if others.count > 1 { throw ValidationError("one server at a time: '\(others[0])' or '\(others[1])'") }
        if sessions.isEmpty { throw ValidationError("name the pid of at least one session") }
    }
}

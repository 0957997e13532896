import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

struct WatchCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, line, json }

    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "The sweep as a live screen: what fires, with its evidence a key away.",
        discussion: """
            Keys: arrows or j k move, Enter shows the evidence and what to do next, Esc goes back, Tab turns to the targets, s sorts, \
            / filters, a shows what is fine too, p pauses, r looks now, ? helps, q quits. Elsewhere than on a terminal each round is \
            printed one below the other.

            What has to hold for a time is counted from the history and from the rounds seen here; nothing is kept afterwards. \
            Connections to PostgreSQL stay open between rounds and are made anew every half minute.

            EXAMPLES
              diag watch
              diag watch --every 2s --only postgresql
              diag watch --format line --every 10s >> sweeps.log
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Option(name: .long, help: ArgumentHelp("From one round to the next: 2s, 10s.", valueName: "time"))
    var every = TimeSpan(.seconds(5))

    @Option(name: .shortAndLong, help: "text; line or json (a line each round, for programs).")
    var format: Format = .text

    @OptionGroup var chosen: SelectionOptions

    @Option(name: .long, help: ArgumentHelp("The history file, in place of the usual one.", valueName: "file"))
    var state: String?

    func validate() throws {
        if every.duration < .milliseconds(500) { throw ValidationError("--every must be at least 0.5s") }
    }

    /// The exit code is the verdict of the last round.
    func run() async throws {
        var settings = try configuration.load()
        if let state { settings.history = .file(state) }
        let selection = try chosen.selection(among: settings.overrides)
        let live = LiveSweep(settings, selection: selection, environment: Environment.variables)
        let look: @Sendable () async -> SweepReport = { SweepReport(await live.round()) }
        let last =
            format == .text && Screen.isPossible && WatchTerminal.isPossible
            ? try await WatchSession(interval: every.duration, ink: Terminal.ink(text.colour), look: look).run()
            : try await rounds(look)
        throw ExitCode(last?.exitStatus.rawValue ?? 0)
    }

    private func rounds(_ look: @escaping @Sendable () async -> SweepReport) async throws -> SweepReport? {
        let (format, text) = (format, text)
        return try await Watch(interval: every.duration).run(look) { report in
            switch format {
            case .text: .block(SweepText(report, layout: text.layout(rows: 4, pieces: 2)).rendered())
            case .line: .line(SweepLine(report).rendered())
            case .json: .line(report.jsonLine)
            }
        }
    }
}

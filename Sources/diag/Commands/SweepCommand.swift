import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

struct SweepCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, line, prometheus, openmetrics, nagios, junit, markdown, html
    }

    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Look at all targets in parallel and judge every alert of the runbook.",
        discussion: """
            Without a configuration the targets are what PG*, REDIS_URL and REDISCLI_AUTH name and what listens at this \
            machine's usual ports and sockets.

            EXAMPLES
              diag sweep
              diag sweep --only redis --only tls
              diag sweep --skip HighCPUUsage --only team=core
              diag sweep --format nagios                          a check of all; see also diag redis memory -f nagios
              diag sweep --format html --output /var/www/diag.html
              diag sweep --format line --changes   for cron: a line, when something begins or ceases to fire
              diag sweep -q --textfile /var/lib/prometheus/node-exporter/diag.prom
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Option(
        name: .shortAndLong, help: DocumentFormat.help("text, json, line (one line in all), prometheus, openmetrics"))
    var format: Format = .text

    @OptionGroup var output: OutputOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write all metrics and alert states to this file too, for node_exporter's textfile collector.",
            discussion: "It is replaced whole or not at all; when it cannot be, the exit code is 74.",
            valueName: "file"))
    var textfile: String?

    @OptionGroup(title: "Telling others") var delivery: DeliveryOptions

    @Flag(name: .shortAndLong, help: "Print nothing when all is well.")
    var quiet = false

    @Flag(name: .long, help: "Print only when something began or ceased to fire since the sweep before.")
    var changes = false

    @Flag(name: .long, help: "Exit with 0 whatever was found: for schedulers that take a verdict for a failure.")
    var exitZero = false

    @OptionGroup var chosen: SelectionOptions

    @Option(name: .long, help: ArgumentHelp("How long a target may take: 500ms, 5s, 1m.", valueName: "time"))
    var timeout: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("How long the whole sweep may take.", valueName: "time"))
    var deadline: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("How many targets are looked at at once.", valueName: "number"))
    var concurrency: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How often this is run: 1m, 5m. A missed run is then told from a slow rhythm.", valueName: "time"))
    var every: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this share of the targets: 0/3, or 3 where JOB_COMPLETION_INDEX has the index.", valueName: "i/n"))
    var shard: String?

    @Flag(name: .long, help: "Look also at targets that another sweep is looking at just now.")
    var noLock = false

    @Option(name: .long, help: ArgumentHelp("The history file, in place of the usual one.", valueName: "file"))
    var state: String?

    @Flag(name: .long, help: "Neither read nor write a history; what needs one is then unknown.")
    var noState = false

    func validate() throws {
        if let concurrency, concurrency < 1 { throw ValidationError("--concurrency must be at least 1") }
        if format == .nagios, quiet || changes || exitZero {
            throw ValidationError("--quiet, --changes and --exit-zero leave a monitoring system without an answer")
        }
        if state != nil, noState { throw ValidationError("--state and --no-state exclude each other") }
    }

    func run() async throws {
        SweepRun.prepare()
        let settings = try settings()
        let selection = try chosen.selection(among: settings.overrides)
        let shard = try shard.map { try Shard($0, environment: Environment.variables) }
        let run = SweepRun(
            settings, selection: selection, shard: shard, isExclusive: !noLock, drawsLocks: format == .html,
            environment: Environment.variables)
        let outcome = await ProgressLine.during { await run.run(progress: $0) }
        let told = await Announcement(settings: settings.delivery).run(outcome)
        var report = SweepReport(outcome, told)
        if format == .html {
            report.past = await outcome.history?.judgedValues(at: report.observations.map(\.target)) ?? []
        }
        outcome.history?.stayOpen()
        // An answer of a plugin is whole or there is none.
        if format == .nagios { try writeTextfile(report) }
        let isShown = isWorthTelling(outcome, report)
        if isShown { try write(report) }
        // Where the report has no room for it or is not shown, it must be heard of all the same.
        if ![.text, .nagios].contains(format) || !isShown {
            for note in told.notes { Output.complain("note: \(terminalSafe(note))") }
        }
        // In one line there is no room for them, but a history that was lost must be heard of.
        if format == .line, !quiet { for note in outcome.notes { Output.complain("note: \(terminalSafe(note))") } }
        // Last, so that a person sees the report even where it cannot be written.
        if format != .nagios { try writeTextfile(report) }
        throw ExitCode(status(report))
    }

    private func writeTextfile(_ report: SweepReport) throws {
        if let textfile { try AtomicFile.write(report.textfile(at: textfile), to: textfile) }
    }

    /// The verdict, whatever became of telling others; but what nobody could be told is not all right.
    private func status(_ report: SweepReport) -> Int32 {
        if format == .nagios { return report.checkStatus.rawValue }
        let isLost = report.deliveries.contains { $0.failure != nil }
        if report.exitStatus == .ok || exitZero, isLost { return ExitCodes.cannotWrite }
        return exitZero ? 0 : report.exitStatus.rawValue
    }

    /// Without a history nobody knows what has changed, so that everything wrong is told.
    private func isWorthTelling(_ outcome: SweepRun.Outcome, _ report: SweepReport) -> Bool {
        if changes, let events = outcome.events {
            return events.contains { [.firing, .refired, .resolved].contains($0.what) }
        }
        return !(quiet || changes) || report.exitStatus != .ok
    }

    /// The configuration with what the command line says instead.
    private func settings() throws -> Configuration {
        var settings = try configuration.load()
        settings.bounds.timeout = timeout?.duration ?? settings.bounds.timeout
        settings.bounds.deadline = deadline?.duration ?? settings.bounds.deadline
        settings.bounds.concurrency = concurrency ?? settings.bounds.concurrency
        settings.bounds.every = every?.duration ?? settings.bounds.every
        if let state { settings.history = .file(state) }
        if noState { settings.history = .none }
        settings.delivery = try delivery.added(to: settings.delivery)
        settings.delivery.interval = settings.delivery.interval ?? settings.bounds.every
        return settings
    }

    private func write(_ report: SweepReport) throws {
        switch format {
        case .text: try output.write(SweepText(report, layout: text.layout(rows: 4, pieces: 2)).rendered())
        case .json: try output.write { (sink) throws(OutputError) in try report.writeJSON(to: sink) }
        case .line: try output.write(SweepLine(report).rendered())
        case .prometheus: try output.write(report.prometheus)
        case .openmetrics: try output.write(report.openMetrics)
        case .nagios, .junit, .markdown, .html:
            if let document = format.document { try output.write(report.document(document, isWhole: text.verbose)) }
        }
    }
}

extension SweepReport {
    /// Of a command that looks at a few targets.
    init(inspected outcome: SweepRun.Outcome) {
        self.init(outcome)
        (unjudged, isSweep) = (outcome.unjudged, false)
    }

    init(_ outcome: SweepRun.Outcome) { self.init(outcome, Announcement.Outcome(findings: outcome.findings)) }

    /// With what others were told, and what nobody wants to hear of.
    fileprivate init(_ outcome: SweepRun.Outcome, _ told: Announcement.Outcome) {
        self.init(
            version: Version.text, started: outcome.started, duration: outcome.duration,
            observations: outcome.observations, findings: told.findings, notes: outcome.notes + told.notes,
            deliveries: told.deliveries.map { delivery in
                Told(
                    kind: delivery.kind.rawValue, receiver: delivery.receiver, firing: delivery.firing,
                    resolved: delivery.resolved, failure: delivery.failure)
            })
        lockGraphs = outcome.lockGraphs
    }
}

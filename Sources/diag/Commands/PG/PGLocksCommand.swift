import ArgumentParser
import Diagnostics
import PostgreSQL
import Report
import Sweep

struct PGLocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locks",
        abstract: "Who waits for whom, for which lock, how long, and whom to cancel first.",
        discussion: """
            Equal waiters are one line, and long queues are counted; --all shows each. Pictures show one target: dot for \
            Graphviz, mermaid for GitHub and wikis, svg for a browser. JSON has the whole graph in lock_graphs.

            EXAMPLES
              diag pg locks
              diag pg locks postgres://monitor@db:5432/app
              diag pg locks db-primary --format svg > locks.svg
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, dot, mermaid, svg, nagios, junit, markdown, html
    }

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Option(name: .shortAndLong, help: DocumentFormat.help("text, json, dot, mermaid, svg"))
    var format: Format = .text

    @Option(name: .long, help: ArgumentHelp("How long a target may take: 500ms, 5s, 1m.", valueName: "time"))
    var timeout: TimeSpan?

    @OptionGroup var output: OutputOptions
    @OptionGroup var watch: WatchOptions

    @Flag(name: .long, help: "Each waiter and every edge, however many they are.")
    var all = false

    @Argument(
        help: ArgumentHelp("A target's name, postgres://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.postgresql, .pgbouncer))
    var targets: [String] = []

    func validate() throws {
        if watch.watch != nil, format != .text, format != .json {
            throw ValidationError("--watch shows text or json, no pictures and no documents")
        }
    }

    func run() async throws {
        let graphs = LockGraphs()
        let all = all
        try await options.inspect(.postgresql, targets, watching: watch) { target in
            target.postgreSQLProbe(asking: [
                .transactions, .locks(isComplete: all) { graphs.add($0, of: target.target) },
            ])
        } render: { report in
            try render(report, graphs)
        } jsonLine: { report in
            report.json(
                lockGraphs: graphs.taken(inOrderOf: report.observations.map(\.target)), isComplete: all, isOneLine: true
            )
        }
    }

    private var options: TargetOptions {
        var options = TargetOptions()
        options.configuration = configuration
        options.text = text
        options.text.verbose = text.verbose || all
        options.format = TargetOptions.Format(rawValue: format.rawValue) ?? .text
        (options.timeout, options.output) = (timeout, output)
        return options
    }

    private func render(_ report: SweepReport, _ graphs: LockGraphs) throws -> String? {
        switch format {
        case .text, .nagios, .junit, .markdown: nil
        case .html: page(report, graphs)
        case .json: report.json(lockGraphs: graphs.taken(inOrderOf: report.observations.map(\.target)), isComplete: all)
        case .dot: try diagram(report, graphs)?.dot
        case .mermaid: try diagram(report, graphs)?.mermaid
        case .svg: try diagram(report, graphs)?.svg
        }
    }

    private func page(_ report: SweepReport, _ graphs: LockGraphs) -> String {
        var report = report
        report.lockGraphs = graphs.taken(inOrderOf: report.observations.map(\.target))
        return report.html(isWhole: all || text.verbose)
    }

    /// Nil when the only target was not read: then the usual text says why.
    private func diagram(_ report: SweepReport, _ graphs: LockGraphs) throws -> LockDiagram? {
        let names = report.observations.map(\.target.name)
        guard names.count == 1 else {
            throw ValidationError("a picture shows one target: name one of \(names.joined(separator: ", "))")
        }
        return graphs.taken(inOrderOf: report.observations.map(\.target)).first
            .map { LockDiagram($0.graph, isComplete: all) }
    }
}

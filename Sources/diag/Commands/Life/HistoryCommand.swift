import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

struct HistoryCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What fired, how often, for how long, and what came with it; how long each target was up.",
        discussion: """
            Reads the history that sweeps leave, which goes back 400 days. Times are in UTC.

            EXAMPLES
              diag history                           the last seven days
              diag history RedisMemoryFull --since 90d
              diag history --target primary --since 24h --verbose
              diag history --since 31d --format json     for the monthly review
            """)

    @OptionGroup var life: LifeOptions
    @OptionGroup var text: TextOptions

    @Option(name: .shortAndLong, help: "text or json.")
    var format: Format = .text

    @Option(name: .long, help: ArgumentHelp("How far back: 24h, 7d, 12w.", valueName: "time"))
    var since = TimeSpan(.seconds(7 * 86_400))

    @Option(name: .long, help: ArgumentHelp("Only at this target.", valueName: "name"))
    var target: String?

    @Argument(help: ArgumentHelp("Only this alert.", valueName: "alert"), completion: .list(Catalogue.all.map(\.name)))
    var alert: String?

    /// An episode that touches the time may have begun before it.
    private static let margin = 31 * 86_400.0

    func run() async throws {
        let from = Timestamp.now - since.duration.seconds
        let chronicle = try await life.chronicle(since: from - Self.margin)
        if let target, !chronicle.targets.contains(where: { $0.id.name == target }) {
            let known = chronicle.targets.map(\.id.name)
            throw UsageError(description: "no target '\(target)' is in the history\(didYouMean(target, among: known))")
        }
        let name = try alert.map { try AlertName($0, in: chronicle).name }
        let review = Review(chronicle, from: from, alert: name, target: target)
        let report = ReviewReport(version: Version.text, review: review, targets: chronicle.targets)
        switch format {
        case .text: try Output.write(report.text(layout: text.layout(rows: 40, pieces: .max)))
        case .json: try Output.write(report.json)
        }
    }
}

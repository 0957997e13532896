import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

extension IncidentReport.Message: ExpressibleByArgument {}

struct IncidentCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "The runbook's message about an alert, filled with what was measured, ready to paste and edit.",
        discussion: """
            Severity, start, duration, values at first, at worst and now, the cause that the evidence names, what changed before, and \
            when the next update is due come from the history. What nobody measured stands in angle brackets: it is yours to fill in. \
            Without --message it is the first report until somebody has acknowledged, then updates, and in the end the resolution.

            EXAMPLES
              diag incident RedisMemoryFull
              diag incident PostgreSQLReplicationLag standby-1 --message update
              diag incident HighErrorRate --message postmortem > postmortem.md
            """)

    @OptionGroup var life: LifeOptions

    @Option(name: .shortAndLong, help: "initial, update, resolution or postmortem (Markdown).")
    var message: IncidentReport.Message?

    @Option(name: .shortAndLong, help: "text or json.")
    var format: Format = .text

    @Argument(help: ArgumentHelp("The alert's name.", valueName: "alert"), completion: .list(Catalogue.all.map(\.name)))
    var alert: String

    @Argument(help: ArgumentHelp("Only at this target; by default all that it fires at together.", valueName: "target"))
    var target: String?

    func run() async throws {
        let chronicle = try await life.chronicle(since: Timestamp(secondsSinceEpoch: 0))
        let name = try AlertName(alert, in: chronicle).name
        guard let incident = Incident(name, at: target, in: chronicle) else {
            let place = target.map { " at \($0)" } ?? ""
            Output.complain("\(name) has not fired\(place), as far as the history goes back")
            throw ExitCode(ExitStatus.warning.rawValue)
        }
        let report = IncidentReport(version: Version.text, incident: incident)
        let message = message ?? report.usual
        try Output.write(format == .json ? report.json(message) : report.text(message))
    }
}

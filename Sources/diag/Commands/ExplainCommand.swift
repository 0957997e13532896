import ArgumentParser
import Report
import Runbook
import Sweep

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "What an alert means, how it is judged and what to do about it.",
        discussion: """
            Without a name it lists all alerts. Thresholds and times are those of the configuration.

            EXAMPLES
              diag explain
              diag explain PostgreSQLReplicationLag
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Argument(
        help: ArgumentHelp("The alert's name.", valueName: "alert"), completion: .list(Catalogue.alerts.map(\.name)))
    var alert: String?

    func run() throws {
        let layout = text.layout(rows: .max, pieces: .max)
        let overrides = try configuration.load().overrides
        guard let alert else { return try Output.write(CatalogueText(overrides.alerts, layout: layout).rendered()) }
        guard let known = Catalogue.alert(named: alert) else {
            throw UsageError(description: Catalogue.unknownAlertMessage(alert))
        }
        let entry = overrides.alerts.first { $0.name == known.name } ?? known
        try Output.write(ExplanationText(Explanation(entry), layout: layout).rendered())
    }
}

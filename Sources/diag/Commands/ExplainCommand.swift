import ArgumentParser
import Report
import Runbook
import Sweep

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "What an alert means, how it is judged and what to do about it.",
        discussion: """
            Without a name it lists all alerts: the runbook's, then those that are off until the configuration names them.
            Thresholds and times are those of the configuration.

            EXAMPLES
              diag explain
              diag explain PostgreSQLReplicationLag
              diag explain PostgreSQLSlotRetention
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    @Argument(
        help: ArgumentHelp("The alert's name.", valueName: "alert"), completion: .list(Catalogue.all.map(\.name)))
    var alert: String?

    func run() throws {
        let layout = text.layout(rows: .max, pieces: .max)
        let overrides = try configuration.load().overrides
        guard let alert else { return try Output.write(CatalogueText(overrides, layout: layout).rendered()) }
        guard let known = overrides.known.alert(named: alert) else {
            throw UsageError(description: Catalogue.unknownAlertMessage(alert, among: overrides.known))
        }
        let explanation = Explanation(known, isOn: overrides.looksAt(known))
        try Output.write(ExplanationText(explanation, layout: layout).rendered())
    }
}

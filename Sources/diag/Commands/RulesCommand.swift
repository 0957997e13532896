import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Print Prometheus alerting rules made of the runbook's alerts.",
        discussion: """
            For the metrics of `diag sweep --textfile`, or with --for for those of exporters that run already. Thresholds, times, \
            labels and conditions of one's own are those of the configuration. What cannot be said in an exporter's \
            metrics stands there as a comment, with why.

            EXAMPLES
              diag rules > /etc/prometheus/rules/diag.yml
              diag rules --interval 5m                for sweeps every five minutes
              diag rules --for postgres_exporter,node_exporter
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var chosen: ChosenAlerts

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Exporters whose metrics to use, separated by commas: "
                + Exporter.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "exporters"))
    var exporters: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How often sweeps run, which is how often the rules are evaluated.", valueName: "time"))
    var interval = TimeSpan(.seconds(60))

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How often Prometheus scrapes: its scrape_interval, a minute unless you set it.", valueName: "time"))
    var scrapeInterval = TimeSpan(.seconds(60))

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A label that Prometheus adds to diag's series, to keep when they are added up; repeatable.",
            valueName: "name"))
    var label: [String] = []

    func run() throws {
        let settings = try configuration.load()
        try Output.write(RulesYAML(try groups(settings), version: Version.text).rendered())
    }

    private func groups(_ settings: Configuration) throws -> [RuleGroup] {
        let alerts = chosen.alerts(settings.overrides)
        let timing = RuleTiming(interval: interval.duration, scrape: scrapeInterval.duration)
        guard let exporters else {
            return TextfileRules(alerts, timing: timing, labels: settings.labelNames + label).groups
        }
        return try exporters.split(separator: ",").map { name in
            guard let exporter = Exporter(rawValue: String(name)) else {
                let known = Exporter.allCases.map(\.rawValue)
                throw UsageError(
                    description: "'\(name)' is none of \(known.joined(separator: ", "))"
                        + didYouMean(String(name), among: known))
            }
            return ExporterRules(alerts, for: exporter, timing: timing).group
        }
    }
}

struct DashboardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Print a Grafana dashboard of the runbook's alerts and of what they judge.",
        discussion: """
            For the metrics of `diag sweep --textfile`, to be imported in Grafana (Dashboards, New, Import) or provisioned \
            as a file.

            EXAMPLES
              diag dashboard > diag.json
              diag dashboard --all > diag.json
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var chosen: ChosenAlerts

    func run() throws {
        try Output.write(Dashboard(chosen.alerts(try configuration.load().overrides)).rendered())
    }
}

/// Which alerts a file for other programs is made of.
struct ChosenAlerts: ParsableArguments {
    @Flag(name: .long, help: "The optional conditions too, named by the configuration or not.")
    var all = false

    func alerts(_ overrides: Overrides) -> [Alert] { all ? overrides.known : overrides.alerts }
}

extension Configuration {
    /// Of all targets' labels.
    fileprivate var labelNames: [String] {
        Set(targets.flatMap { $0.target.labels.map(\.name) }).sorted()
    }
}

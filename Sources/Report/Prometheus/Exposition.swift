import Diagnostics

/// Metric families in Prometheus's text format 0.0.4: each family once, with its HELP and TYPE, series sorted, no time
/// stamps (node_exporter's textfile collector refuses them).
struct Exposition {
    private struct Family {
        let metric: Metric
        var series: [Labels: Double] = [:]
    }

    private var families: [String: Family] = [:]

    /// Of two values for one series the last one wins: a series that came twice would make a scraper drop the whole page.
    mutating func add(_ metric: Metric, _ value: Double, _ labels: Labels = [:]) {
        families[metric.name, default: Family(metric: metric)].series[labels] = value
    }

    func text() -> String {
        families.values.sorted { $0.metric.name < $1.metric.name }.map(text).joined()
    }

    private func text(_ family: Family) -> String {
        let metric = family.metric
        let lines = family.series.sorted { $0.key < $1.key }.map { labels, value in
            "\(metric.name)\(labels) \(Self.shown(value))\n"
        }
        return "# HELP \(metric.name) \(Self.escaped(metric.help))\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            + lines.joined()
    }

    private static func escaped(_ help: String) -> String {
        help.flatMap { $0 == "\\" ? "\\\\" : ($0 == "\n" ? "\\n" : String($0)) }.reduce(into: "") { $0.append($1) }
    }

    private static func shown(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

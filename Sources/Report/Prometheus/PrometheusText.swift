import Diagnostics

/// The text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats), which node_exporter's textfile
/// collector reads too.
extension MetricPage {
    var prometheusText: String { families.map(\.prometheusText).joined() }
}

extension MetricPage.Family {
    fileprivate var prometheusText: String {
        switch series {
        case .points(let points):
            head(metric.kind.rawValue)
                + points.sorted { $0.key < $1.key }.map { Self.line(metric.name, $0.key, $0.value.value) }.joined()
        case .histograms(let all):
            head("histogram") + all.sorted { $0.key < $1.key }.map { lines($0.key, $0.value) }.joined()
        }
    }

    private func head(_ kind: String) -> String {
        "# HELP \(metric.name) \(Self.escaped(metric.help))\n# TYPE \(metric.name) \(kind)\n"
    }

    private func lines(_ labels: Labels, _ histogram: MetricPage.Histogram) -> String {
        let buckets = histogram.bounds.map { bound, count in
            Self.line(metric.name + "_bucket", labels.with("le", MetricNumber.text(bound)), count)
        }
        let sum = histogram.sum.map { Self.line(metric.name + "_sum", labels, $0) } ?? ""
        let count = histogram.total.map { Self.line(metric.name + "_count", labels, $0) } ?? ""
        return buckets.joined() + sum + count
    }

    private static func line(_ name: String, _ labels: Labels, _ value: Double) -> String {
        "\(name)\(labels) \(MetricNumber.text(value))\n"
    }

    /// Backslash and line feed; quotes stand as they are.
    private static func escaped(_ help: String) -> String {
        help.flatMap { $0 == "\\" ? "\\\\" : ($0 == "\n" ? "\\n" : String($0)) }.reduce(into: "") { $0.append($1) }
    }
}

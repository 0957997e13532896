import Diagnostics

/// OpenMetrics 1.0 (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md): a counter's family
/// goes without `_total`, what names a unit says so, a constant `_info` is of the type info, counters tell since when they
/// have counted, and the end of the page is marked.
extension MetricPage {
    var openMetricsText: String { families.map(\.openMetricsText).joined() + "# EOF\n" }
}

extension MetricPage.Family {
    fileprivate var openMetricsText: String {
        switch series {
        case .points(let points):
            head() + points.sorted { $0.key < $1.key }.map { lines($0.key, $0.value) }.joined()
        case .histograms(let all):
            head() + all.sorted { $0.key < $1.key }.map { lines($0.key, $0.value) }.joined()
        }
    }

    private enum Kind: String { case gauge, counter, info, histogram }

    private var kind: Kind {
        if case .histograms = series { return .histogram }
        if metric.kind == .counter { return .counter }
        return metric.name.hasSuffix("_info") ? .info : .gauge
    }

    /// Of the family: what the names of its series begin with.
    private var name: String {
        switch kind {
        case .counter: String(metric.name.dropLast("_total".count))
        case .info: String(metric.name.dropLast("_info".count))
        case .gauge, .histogram: metric.name
        }
    }

    /// "The MetricFamily name MUST have the unit as a suffix": so the suffix is the unit, where it is one.
    private var unit: String? {
        guard kind != .info else { return nil }
        return ["seconds", "bytes", "ratio"].first { name.hasSuffix("_" + $0) }
    }

    private func head() -> String {
        "# HELP \(name) \(Labels.escaped(metric.help))\n# TYPE \(name) \(kind.rawValue)\n"
            + (unit.map { "# UNIT \(name) \($0)\n" } ?? "")
    }

    private func lines(_ labels: Labels, _ point: MetricPage.Point) -> String {
        let suffix = kind == .counter ? "_total" : (kind == .info ? "_info" : "")
        let created = kind == .counter ? point.created.map { line("_created", labels, $0.secondsSinceEpoch) } : nil
        return line(suffix, labels, point.value) + (created ?? "")
    }

    private func lines(_ labels: Labels, _ histogram: MetricPage.Histogram) -> String {
        let buckets = histogram.bounds.map { line("_bucket", labels.with("le", Self.canonical($0.bound)), $0.count) }
        let sum = histogram.sum.map { line("_sum", labels, $0) } ?? ""
        // "If and only if a Sum Value is present, a Count Value MUST be": the count alone would be one too many.
        let count = histogram.sum == nil ? nil : histogram.total.map { line("_count", labels, $0) }
        let created = histogram.created.map { line("_created", labels, $0.secondsSinceEpoch) } ?? ""
        return buckets.joined() + sum + (count ?? "") + created
    }

    private func line(_ suffix: String, _ labels: Labels, _ value: Double) -> String {
        "\(name)\(suffix)\(labels) \(MetricNumber.text(value))\n"
    }

    /// "Exposers MUST produce output for integer values with a .0": `1.0`, `0.5`, `+Inf`.
    private static func canonical(_ bound: Double) -> String { bound.isInfinite ? "+Inf" : "\(bound)" }
}

import Diagnostics

/// Metric families as a scraper reads them: each family once, no series twice. The renderers print it as text format 0.0.4
/// (`prometheusText`) and as OpenMetrics 1.0 (`openMetricsText`), neither with time stamps: node_exporter's textfile
/// collector refuses them.
struct MetricPage {
    /// One number of a series.
    struct Point {
        let value: Double
        /// Since when a counter has been counting, where that is known.
        let created: Timestamp?
    }

    /// The cumulative counts of one series of a histogram, and what belongs to them.
    struct Histogram {
        /// By upper bound; `+Inf` is there as soon as anything is.
        var buckets: [Double: Double] = [:]
        var sum: Double?
        var count: Double?
        var created: Timestamp?
    }

    enum Series {
        case points([Labels: Point])
        case histograms([Labels: Histogram])
    }

    struct Family {
        let metric: Metric
        var series: Series
    }

    private var byName: [String: Family] = [:]
    /// On every series.
    private let common: Labels

    init(_ common: Labels = [:]) { self.common = common }

    /// Sorted by name.
    var families: [Family] { byName.values.sorted { $0.metric.name < $1.metric.name } }

    /// Of two values for one series the last one wins: a series that came twice would make a scraper drop the whole page.
    /// What is no number says nothing and is left out, and so is a negative counter, which OpenMetrics forbids.
    mutating func add(_ metric: Metric, _ value: Double, _ labels: Labels = [:], created: Timestamp? = nil) {
        guard !value.isNaN, metric.kind == .gauge || value >= 0 else { return }
        let labels = common.isEmpty ? labels : labels.merging(common)
        if let part = metric.histogramPart { return add(part, of: metric, value, labels, created) }
        var family = byName[metric.name] ?? Family(metric: metric, series: .points([:]))
        guard case .points(var points) = family.series else { return }
        points[labels] = Point(value: value, created: created)
        family.series = .points(points)
        byName[metric.name] = family
    }

    private mutating func add(
        _ part: Metric.HistogramPart, of metric: Metric, _ value: Double, _ labels: Labels, _ created: Timestamp?
    ) {
        let name = String(metric.name.dropLast(part.rawValue.count))
        var family = byName[name] ?? Family(metric: Metric(name, .gauge, metric.help), series: .histograms([:]))
        guard case .histograms(var all) = family.series else { return }
        all[labels.dropping(["le"]), default: Histogram()].set(part, value, labels["le"], created)
        family.series = .histograms(all)
        byName[name] = family
    }
}

extension MetricPage.Histogram {
    fileprivate mutating func set(
        _ part: Metric.HistogramPart, _ value: Double, _ bound: String?, _ created: Timestamp?
    ) {
        self.created = created ?? self.created
        switch part {
        case .bucket: if let bound = bound.flatMap({ Double($0) }) { buckets[bound] = value }
        case .sum: sum = value
        case .count: count = value
        }
    }

    /// The number of observations: that of the bucket without a bound, which both formats want to be the same.
    var total: Double? { buckets[.infinity] ?? count }

    /// The bounds in order, the last without a limit; empty where nothing was counted.
    var bounds: [(bound: Double, count: Double)] {
        guard let total else { return [] }
        return buckets.filter { $0.key.isFinite }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + [(.infinity, total)]
    }
}

/// Numbers as both formats write them.
enum MetricNumber {
    static func text(_ value: Double) -> String {
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

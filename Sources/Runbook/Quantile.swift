import Diagnostics

/// A quantile of a histogram as Prometheus's `histogram_quantile` defines it (promql/quantile.go, bucketQuantile):
/// linear within the bucket, the lowest bucket beginning at zero, and the last finite bound for what lies above it.
struct Quantile: Sendable, Hashable {
    enum Result: Sendable, Hashable {
        case value(Double)
        /// It lies in the bucket without an upper bound.
        case above(Double)
        case noObservations
        /// The histogram has no `+Inf` bucket, or none with a finite bound.
        case malformed
    }

    let share: Double

    /// - Parameter series: for each series of the histogram its buckets, upper bound → cumulative count. Only bounds that
    ///   all series have are used: cumulative counts can be added up only where they mean the same.
    func result(of series: [[Double: Double]]) -> Result {
        guard let first = series.first, series.contains(where: { $0.values.contains { $0 > 0 } }) else {
            return .noObservations
        }
        let common = series.dropFirst().reduce(Set(first.keys)) { $0.intersection($1.keys) }
        let bounds = common.sorted()
        guard bounds.last == .infinity, bounds.count > 1 else { return .malformed }
        return result(bounds: bounds, counts: Self.rising(bounds.map { bound in series.reduce(0) { $0 + $1[bound]! } }))
    }

    private func result(bounds: [Double], counts: [Double]) -> Result {
        let total = counts[counts.count - 1]
        guard total > 0 else { return .noObservations }
        let rank = share * total
        let bucket = counts.firstIndex { $0 >= rank } ?? counts.count - 1
        if bucket == counts.count - 1 { return .above(bounds[bucket - 1]) }
        if bucket == 0, bounds[0] <= 0 { return .value(bounds[0]) }
        let (lower, below) = bucket == 0 ? (0, 0) : (bounds[bucket - 1], counts[bucket - 1])
        let inside = counts[bucket] - below
        guard inside > 0 else { return .value(lower) }
        return .value(lower + (bounds[bucket] - lower) * (rank - below) / inside)
    }

    /// Buckets that were read while requests were being counted may fall by a little; a cumulative count never does.
    private static func rising(_ counts: [Double]) -> [Double] {
        var highest = 0.0
        return counts.map {
            highest = max(highest, $0)
            return highest
        }
    }
}

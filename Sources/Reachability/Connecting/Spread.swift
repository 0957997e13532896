/// How times are spread, in seconds.
struct Spread: Sendable, Hashable {
    let least: Double
    let median: Double
    /// The time that 95 of 100 stay below (nearest rank).
    let p95: Double
    let most: Double
    /// The mean difference of one time and the next.
    let jitter: Double

    /// - Parameter times: in the order they were measured; nil without any.
    init?(_ times: [Double]) {
        guard !times.isEmpty else { return nil }
        let sorted = times.sorted()
        least = sorted[0]
        most = sorted[sorted.count - 1]
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        p95 = sorted[max(0, Int((Double(sorted.count) * 0.95).rounded(.up)) - 1)]
        let steps = zip(times, times.dropFirst()).map { abs($1 - $0) }
        jitter = steps.isEmpty ? 0 : steps.reduce(0, +) / Double(steps.count)
    }
}

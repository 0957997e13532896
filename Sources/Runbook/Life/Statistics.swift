/// Lengths of time summed up, in seconds.
public struct Statistics: Sendable, Hashable {
    public let count: Int
    public let mean: Double
    public let median: Double
    public let longest: Double

    /// Nil of nothing.
    public init?(_ values: [Double]) {
        guard let median = Self.median(values), let longest = values.max() else { return nil }
        count = values.count
        mean = values.reduce(0, +) / Double(values.count)
        self.median = median
        self.longest = longest
    }

    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

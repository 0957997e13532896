/// A set of slots as ranges, ascending and apart from each other.
public struct SlotRanges: Sendable, Hashable {
    public private(set) var ranges: [ClosedRange<Int>] = []

    public init(_ ranges: some Sequence<ClosedRange<Int>> = []) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = self.ranges.last, range.lowerBound <= last.upperBound + 1 else {
                self.ranges.append(range)
                continue
            }
            self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
    }

    public var count: Int { ranges.reduce(0) { $0 + $1.count } }

    public var isEmpty: Bool { ranges.isEmpty }

    public func contains(_ slot: Int) -> Bool { ranges.contains { $0.contains(slot) } }

    /// The slots that are in none of these.
    public var complement: SlotRanges {
        var next = 0
        var gaps: [ClosedRange<Int>] = []
        for range in ranges {
            if next < range.lowerBound { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next < HashSlot.count { gaps.append(next...HashSlot.count - 1) }
        return SlotRanges(gaps)
    }

    public func union(_ other: SlotRanges) -> SlotRanges { SlotRanges(ranges + other.ranges) }

    /// The slots that are in both.
    public func intersection(_ other: SlotRanges) -> SlotRanges {
        complement.union(other.complement).complement
    }
}

extension SlotRanges: CustomStringConvertible {
    /// `0-5460, 5470`; of many ranges the first few.
    public var description: String {
        let shown = ranges.prefix(6).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        let rest = ranges.count - shown.count
        return ranges.isEmpty ? "none" : shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) ranges more" : "")
    }
}

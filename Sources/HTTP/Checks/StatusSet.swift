import Diagnostics

/// HTTP statuses that are expected: `200`, `2xx`, `200-299`, and lists of them.
public struct StatusSet: Sendable, Hashable, CustomStringConvertible {
    public let ranges: [ClosedRange<Int>]

    public init(_ ranges: [ClosedRange<Int>]) { self.ranges = ranges }

    /// What an instance that serves answers.
    public static let success = StatusSet([200...299])

    /// - Throws: `.misconfigured` for a word that is none of these.
    public init(_ words: [String]) throws(ProbeError) {
        var ranges: [ClosedRange<Int>] = []
        for word in words.flatMap({ $0.split { $0 == "," || $0 == " " } }) { ranges.append(try Self.range(word)) }
        guard !ranges.isEmpty else { throw Self.unusable("no status is given") }
        self.ranges = ranges
    }

    private static func range(_ word: Substring) throws(ProbeError) -> ClosedRange<Int> {
        let digit = word.first.flatMap { $0.wholeNumberValue } ?? 0
        if word.count == 3, word.dropFirst().lowercased() == "xx", (1...5).contains(digit) {
            return digit * 100...digit * 100 + 99
        }
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count < 3, first <= last,
            first >= 100, last <= 599
        else { throw unusable("\"\(word)\" is not a status: 200, 2xx or 200-299") }
        return first...last
    }

    private static func unusable(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the expected statuses", message: message)
    }

    public func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    public var description: String {
        ranges.map { range in
            if range.count == 1 { return "\(range.lowerBound)" }
            let isWhole = range.lowerBound.isMultiple(of: 100) && range.count == 100
            return isWhole ? "\(range.lowerBound / 100)xx" : "\(range.lowerBound)-\(range.upperBound)"
        }.joined(separator: ", ")
    }
}

import Diagnostics

/// A stretch of time in which a target was up, or down, whenever it was looked at.
public struct Spell: Sendable, Hashable {
    public let target: TargetID
    public let begin: Timestamp
    public let end: Timestamp
    public let isUp: Bool

    public init(target: TargetID, begin: Timestamp, end: Timestamp, isUp: Bool) {
        self.target = target
        self.begin = begin
        self.end = end
        self.isUp = isUp
    }

    var length: Double { max(0, end.seconds(since: begin)) }

    /// The part of it that lies between the two; nil where none does.
    func clipped(_ from: Timestamp, _ to: Timestamp) -> Spell? {
        let (begin, end) = (max(begin, from), min(end, to))
        return begin < end ? Spell(target: target, begin: begin, end: end, isUp: isUp) : nil
    }
}

/// How much of the time that it was looked at a target was up.
public struct Uptime: Sendable, Hashable {
    public let target: TargetID
    /// In seconds, as the other lengths.
    public let up: Double
    public let down: Double
    public let outages: Int
    public let longestOutage: Double
    /// The share of each of as many equal parts of the time; nil where nobody looked.
    public let course: [Double?]

    /// The share of the time looked at; nil where that was none.
    public var ratio: Double? { up + down > 0 ? up / (up + down) : nil }

    /// For each target that was looked at in that time, the worst first.
    public static func all(_ spells: [Spell], from: Timestamp, to: Timestamp, parts: Int) -> [Uptime] {
        Dictionary(grouping: spells, by: \.target).compactMap { target, spells in
            let inside = spells.compactMap { $0.clipped(from, to) }
            return inside.isEmpty ? nil : Uptime(target, inside, from, to, parts)
        }.sorted { ($0.ratio ?? 1, $0.target) < ($1.ratio ?? 1, $1.target) }
    }

    private init(_ target: TargetID, _ spells: [Spell], _ from: Timestamp, _ to: Timestamp, _ parts: Int) {
        self.target = target
        let outages = spells.filter { !$0.isUp }
        up = spells.filter(\.isUp).reduce(0) { $0 + $1.length }
        down = outages.reduce(0) { $0 + $1.length }
        self.outages = outages.count
        longestOutage = outages.map(\.length).max() ?? 0
        let width = to.seconds(since: from) / Double(parts)
        course = (0..<parts).map { part in
            let begin = from + Double(part) * width
            return Self.share(spells.compactMap { $0.clipped(begin, begin + width) })
        }
    }

    private static func share(_ spells: [Spell]) -> Double? {
        let all = spells.reduce(0) { $0 + $1.length }
        return all > 0 ? spells.filter(\.isUp).reduce(0) { $0 + $1.length } / all : nil
    }
}

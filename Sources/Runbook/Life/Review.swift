import Diagnostics

/// What happened in a time, summed up as the runbook's monthly review asks.
public struct Review: Sendable {
    /// One alert over all its targets.
    public struct Tally: Sendable, Hashable {
        public let alert: String
        public let severity: Severity?
        /// How often it fired.
        public let fired: Int
        /// How often of these within an hour of resolving.
        public let returns: Int
        /// How often it held again while it was kept firing.
        public let flaps: Int
        public let acknowledged: Statistics?
        public let resolved: Statistics?
        /// For how long it fired in this time, all targets together, in seconds.
        public let firing: Double
        public let targets: [TargetID]
        /// Fires still.
        public let isLive: Bool
    }

    /// Two alerts that began to fire within five minutes of each other.
    public struct Pair: Sendable, Hashable {
        public let first: String
        public let second: String
        /// How often both.
        public let count: Int
        /// How often the rarer of the two fired.
        public let of: Int
    }

    public let from: Timestamp
    public let to: Timestamp
    /// Those that touch the time, the oldest first; pending ones too.
    public let episodes: [Episode]
    public let events: [AlertEvent]
    /// The most frequent first.
    public let tallies: [Tally]
    public let pairs: [Pair]
    /// How many began to fire on each weekday (the first is Monday) and in each hour, in UTC.
    public let byWeekday: [Int]
    public let byHour: [Int]
    /// The same by month, `2026-01`, the oldest first, without gaps.
    public let byMonth: [(month: String, count: Int)]
    public let uptimes: [Uptime]
    public let acknowledged: Statistics?
    public let resolved: Statistics?

    /// - Parameters:
    ///   - alert: only this one; nil for all.
    ///   - target: only those of this name.
    public init(
        _ chronicle: Chronicle, from: Timestamp, alert: String? = nil, target: String? = nil, parts: Int = 24
    ) {
        self.from = from
        to = chronicle.now
        let isMeant = { (key: AlertState.Key) in
            (alert == nil || key.alert == alert) && (target == nil || key.target.name == target)
        }
        let end = chronicle.now
        episodes = Episode.all(chronicle).filter { isMeant($0.key) && ($0.resolved ?? end) >= from }
        let concerned = Set(episodes.map(\.key.target))
        events = chronicle.events.filter { event in
            event.time >= from
                && (event.what == .changed
                    ? (alert == nil || concerned.contains(event.key.target))
                        && (target == nil || event.key.target.name == target) : isMeant(event.key))
        }
        let fired = episodes.filter { $0.fired != nil }
        tallies = Self.tallies(fired, from, end)
        pairs = Self.pairs(fired)
        let moments = fired.compactMap(\.fired).filter { $0 >= from }.map(\.civil)
        byWeekday = (0..<7).map { day in moments.filter { $0.weekday == day }.count }
        byHour = (0..<24).map { hour in moments.filter { $0.hour == hour }.count }
        byMonth = Self.months(from.civil, end.civil, moments)
        uptimes = Uptime.all(
            chronicle.spells.filter { target == nil || $0.target.name == target }
                .filter { alert == nil || concerned.contains($0.target) }, from: from, to: end, parts: parts)
        acknowledged = Statistics(fired.compactMap(\.timeToAcknowledge))
        resolved = Statistics(fired.compactMap(\.timeToResolve))
    }

    private static func tallies(_ fired: [Episode], _ from: Timestamp, _ to: Timestamp) -> [Tally] {
        Dictionary(grouping: fired, by: \.alert).map { alert, episodes in
            Tally(
                alert: alert, severity: episodes.lazy.compactMap(\.severity).last, fired: episodes.count,
                returns: episodes.filter(\.isReturn).count, flaps: episodes.reduce(0) { $0 + $1.flaps },
                acknowledged: Statistics(episodes.compactMap(\.timeToAcknowledge)),
                resolved: Statistics(episodes.compactMap(\.timeToResolve)),
                firing: episodes.reduce(0) { sum, episode in
                    sum + max(0, (episode.resolved ?? to).seconds(since: max(episode.fired ?? to, from)))
                },
                targets: Set(episodes.map(\.key.target)).sorted(), isLive: episodes.contains(where: \.isLive))
        }.sorted { ($1.fired, $0.severity ?? .p4, $0.alert) < ($0.fired, $1.severity ?? .p4, $1.alert) }
    }

    /// Alerts that begin within this many seconds of each other come together.
    private static let nearness = 300.0

    private static func pairs(_ fired: [Episode]) -> [Pair] {
        let moments = Dictionary(grouping: fired, by: \.alert).mapValues { $0.compactMap(\.fired) }
        let names = moments.keys.sorted()
        return names.indices.flatMap { first in
            names[(first + 1)...].compactMap { other in pair(names[first], other, moments) }
        }.sorted { ($1.count, $0.first, $0.second) < ($0.count, $1.first, $1.second) }
    }

    private static func pair(_ first: String, _ second: String, _ moments: [String: [Timestamp]]) -> Pair? {
        let (left, right) = (moments[first] ?? [], moments[second] ?? [])
        let (rare, other) = left.count <= right.count ? (left, right) : (right, left)
        let count = rare.filter { moment in other.contains { abs($0.seconds(since: moment)) <= nearness } }.count
        return count == 0 ? nil : Pair(first: first, second: second, count: count, of: rare.count)
    }

    private static func months(
        _ from: Timestamp.Civil, _ to: Timestamp.Civil, _ moments: [Timestamp.Civil]
    ) -> [(month: String, count: Int)] {
        let first = from.year * 12 + from.month - 1
        let last = to.year * 12 + to.month - 1
        return (first...max(first, last)).map { number in
            let (year, month) = (number / 12, number % 12 + 1)
            let count = moments.filter { $0.year == year && $0.month == month }.count
            return ("\(year)-" + (month < 10 ? "0\(month)" : "\(month)"), count)
        }
    }
}

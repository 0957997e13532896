import Diagnostics

/// When memory is going to be full if it goes on growing as it did: a range, as far as the samples agree, or why there is
/// none.
///
/// The slope is the median of the slopes between all pairs of samples (Theil and Sen), which a flush or a peak does not
/// bend, and its range that in which the slope lies in 9 of 10 cases (by the variance of Kendall's tau: Sen 1968). Where the
/// range leaves open whether it grows at all, nothing is foretold; nor farther ahead than a few times what was seen.
public struct MemoryForecast: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public let time: Timestamp
        /// Of the limit: 1 is full.
        public let ratio: Double

        public init(time: Timestamp, ratio: Double) {
            self.time = time
            self.ratio = ratio
        }
    }

    public enum Outlook: Sendable, Hashable {
        /// Seconds until it is full: at the fastest and at the slowest. Nil: so slow that it cannot be told.
        case full(soonest: Double, latest: Double?)
        case notGrowing
        /// Not within this many seconds, at the fastest growth.
        case farOff(Double)
        case tooFewSamples
    }

    public let outlook: Outlook
    /// Seconds that the samples span.
    public let span: Double
    public let samples: Int

    /// Fewer say nothing of their spread.
    private static let fewest = 8
    private static let shortestSpan = 1800.0
    /// How many times the span may be looked ahead.
    private static let reach = 10.0
    /// More pairs make it no better, and cost by the square.
    private static let most = 150

    /// - Parameter now: the newest sample.
    public init(_ past: [Point], now: Point) {
        let points =
            Self.thinned(past.filter { $0.ratio.isFinite && $0.time < now.time }.sorted { $0.time < $1.time }) + [now]
        samples = points.count
        span = now.time.seconds(since: points[0].time)
        guard samples >= Self.fewest, span >= Self.shortestSpan, now.ratio.isFinite else {
            outlook = .tooFewSamples
            return
        }
        outlook = Self.outlook(Self.slopes(points), points.count, room: 1 - now.ratio, reach: span * Self.reach)
    }

    private static func thinned(_ points: [Point]) -> [Point] {
        let step = max(1, (points.count + most - 1) / most)
        return points.indices.filter { $0 % step == 0 }.map { points[$0] }
    }

    /// Sorted, per second.
    private static func slopes(_ points: [Point]) -> [Double] {
        points.indices.flatMap { first in
            points.indices.dropFirst(first + 1).compactMap { second -> Double? in
                let seconds = points[second].time.seconds(since: points[first].time)
                return seconds > 0 ? (points[second].ratio - points[first].ratio) / seconds : nil
            }
        }.sorted()
    }

    private static func outlook(_ slopes: [Double], _ count: Int, room: Double, reach: Double) -> Outlook {
        guard !slopes.isEmpty, room > 0 else { return .notGrowing }
        let n = Double(count)
        // 1.645: nine of ten cases of a normal distribution.
        let spread = 1.645 * (n * (n - 1) * (2 * n + 5) / 18).squareRoot()
        let middle = Double(slopes.count)
        let low = slopes[max(0, Int((middle - spread) / 2))]
        let high = slopes[min(slopes.count - 1, Int((middle + spread) / 2))]
        guard low > 0 else { return .notGrowing }
        let (soonest, latest) = (room / high, room / low)
        guard soonest <= reach else { return .farOff(reach) }
        return .full(soonest: soonest, latest: latest <= reach ? latest : nil)
    }
}

extension MemoryForecast {
    /// `full in 2 to 5 h if it goes on growing like this (by 31 samples of 5 h)`.
    public var sentence: String {
        let basis = "by \(samples) samples of \(Self.roughly(span))"
        switch outlook {
        case .full(let soonest, let latest?):
            return "full in \(Self.range(soonest, latest)) if it goes on growing like this (\(basis))"
        case .full(let soonest, nil):
            return "full in \(Self.roughly(soonest)) at the soonest, perhaps much later (\(basis))"
        case .notGrowing: return "no steady growth (\(basis))"
        case .farOff(let reach): return "not full within \(Self.roughly(reach)) (\(basis))"
        case .tooFewSamples: return "too few sweeps remember it for a forecast"
        }
    }

    /// One number and its unit, no more precise than it can be: `40 min`, `5 h`, `9 days`.
    static func roughly(_ seconds: Double) -> String {
        let (number, unit) = rough(seconds)
        return "\(number) \(unit)"
    }

    private static func range(_ soonest: Double, _ latest: Double) -> String {
        let (first, unit) = rough(soonest)
        let (last, lastUnit) = rough(latest)
        guard first != last || unit != lastUnit else { return "about \(last) \(lastUnit)" }
        return unit == lastUnit ? "\(first) to \(last) \(lastUnit)" : "\(first) \(unit) to \(last) \(lastUnit)"
    }

    private static func rough(_ seconds: Double) -> (Int, String) {
        switch seconds {
        case ..<90: (max(1, Int(seconds / 10) * 10), "s")
        case ..<5400: (Int((seconds / 60).rounded()), "min")
        case ..<(2 * 86_400): (Int((seconds / 3600).rounded()), "h")
        default: (Int((seconds / 86_400).rounded()), "days")
        }
    }
}

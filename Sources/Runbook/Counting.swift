import Diagnostics

/// How much a counter grew, from readings of different sweeps.
///
/// Restarts are allowed for as Prometheus does it: a value below the one before has begun again at zero, so all of it
/// is growth. There is no extrapolation to the edges of the window, which Prometheus needs because its scrapes fall
/// anywhere in it: here the first and the last reading *are* the edges, and whole events stay whole numbers (a page that says
/// "1.07 deadlocks" is not believed).
struct Growth: Sendable, Hashable {
    let amount: Double
    /// When the reading was taken that growth is counted from.
    let since: Timestamp

    /// - Parameter readings: the oldest first; the last one is of this sweep.
    init?(of readings: [Reading]) {
        guard readings.count > 1, let first = readings.first else { return nil }
        since = first.time
        // Readings that are out of order cancel each other out, but for the last.
        amount = max(0, zip(readings, readings.dropFirst()).reduce(0) { $0 + Growth.step(from: $1.0, to: $1.1) })
    }

    private static func step(from before: Reading, to after: Reading) -> Double {
        hasRestarted(before, after) ? after.value : after.value - before.value
    }

    private static func hasRestarted(_ before: Reading, _ after: Reading) -> Bool {
        if after.value < before.value { return !isOutOfOrder(before, after) }
        guard let started = after.countedSince else { return false }
        // Two times of the same clock are compared where there are two, so that a server whose clock is ahead of ours
        // does not seem to restart at every sweep. Start times computed from an uptime waver by a second.
        if let earlier = before.countedSince { return started.seconds(since: earlier) > 2 }
        return started > before.time
    }

    /// Two sweeps at once may end in the other order than they read. Whatever counts says then that it has not begun anew,
    /// and little is missing.
    private static func isOutOfOrder(_ before: Reading, _ after: Reading) -> Bool {
        guard let started = after.countedSince, let earlier = before.countedSince else { return false }
        return abs(started.seconds(since: earlier)) <= 2 && after.value >= before.value / 2
    }
}

extension Scene {
    /// What each matching series grew by within the span.
    ///
    /// - Parameter reach: how many seconds back a reading may lie.
    /// - Throws: `Unknown(.needsHistory)` when none of them has been read before.
    func growth(
        of series: Series, over span: Expression.Span, reach: Double
    ) throws(Unknown) -> [(labels: Labels, growth: Growth)] {
        let current = try samples(of: series)
        let earlier = earlier(series.metric)
        try check(earlier, reach)
        let ancestry = Ancestry(earlier)
        let grown: [(labels: Labels, growth: Growth)] = current.compactMap { sample in
            let readings = ancestry.readings(of: sample, before: time) + [Reading(sample, at: time)]
            return Growth(of: window(readings, span)).map { (sample.labels, $0) }
        }
        if grown.isEmpty, !current.isEmpty {
            throw Unknown(.needsHistory, "needs a second sweep: what counts is another one than before")
        }
        return grown
    }

    private func check(_ earlier: [SeriesHistory.Key: [Reading]], _ reach: Double) throws(Unknown) {
        guard let last = earlier.values.compactMap(\.last?.time).max() else {
            throw Unknown(.needsHistory, "needs a second sweep")
        }
        guard time.seconds(since: last) <= reach else {
            throw Unknown(.needsHistory, "needs a second sweep: the last was at \(last)")
        }
    }

    private func window(_ readings: [Reading], _ span: Expression.Span) -> [Reading] {
        switch span {
        case .sincePrevious: return readings.suffix(2)
        case .last(let duration):
            // A tenth more, because sweeps don't begin to the second: the one five minutes ago belongs to the last five. Of
            // several about that old the nearest, or else a tenth of ten minutes would be a whole sweep's minute.
            let edge = time - duration.seconds
            let within = readings.filter { $0.time >= edge - duration.seconds * 0.1 }
            let nearest = within.indices.min { within[$0].distance(to: edge) < within[$1].distance(to: edge) }
            let counted = within[(nearest ?? 0)...]
            return counted.count > 1 ? Array(counted) : Array(readings.suffix(2))
        }
    }
}

extension Reading {
    fileprivate func distance(to time: Timestamp) -> Double { abs(time.seconds(since: self.time)) }

    init(_ sample: Sample, at time: Timestamp) {
        self.init(time: time, value: sample.value, countedSince: sample.countedSince)
    }
}

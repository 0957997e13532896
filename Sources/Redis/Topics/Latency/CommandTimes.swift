import Diagnostics

/// What a command cost: since the counters began, and in the moment that was watched.
struct CommandTimes: Sendable, Hashable {
    let command: String
    let calls: Int64
    let seconds: Double
    /// In the moment; nil where it was not watched, or the counters began anew.
    let callsNow: Int64?
    let secondsNow: Double?
    /// Since the counters began; 7.0 and later, where `latency-tracking` is on.
    let p50: Double?
    let p99: Double?
    /// Of the moment: at most this, as the histogram's buckets are powers of two.
    let p99Now: Double?

    var mean: Double? { calls > 0 ? seconds / Double(calls) : nil }
    var meanNow: Double? {
        guard let callsNow, let secondsNow, callsNow > 0 else { return nil }
        return secondsNow / Double(callsNow)
    }

    /// What takes most now comes first, then what took most before.
    static func all(_ reading: Reading) -> [CommandTimes] {
        let later = Dictionary(
            (reading.later?.info.commandStatistics ?? []).map { ($0.command, $0) }, uniquingKeysWith: { $1 })
        let before = Dictionary(reading.info.commandStatistics.map { ($0.command, $0) }, uniquingKeysWith: { $1 })
        let percentiles = reading.info.commandPercentiles
        let histograms = (
            LatencyHistogram.all(reading["LATENCY", "HISTOGRAM"]),
            LatencyHistogram.all(reading.later?.replies[RedisCommand("LATENCY", "HISTOGRAM")])
        )
        return Set(before.keys).union(later.keys).map { name in
            let (then, now) = (before[name], later[name])
            let wasReset = (now?.calls ?? 0) < (then?.calls ?? 0)
            return CommandTimes(
                command: name, calls: then?.calls ?? 0, seconds: then?.seconds ?? 0,
                callsNow: wasReset ? nil : now.map { $0.calls - (then?.calls ?? 0) },
                secondsNow: wasReset ? nil : now.map { max(0, $0.seconds - (then?.seconds ?? 0)) },
                p50: percentiles[name]?["p50"], p99: percentiles[name]?["p99"],
                p99Now: histograms.1[name].flatMap { $0.since(histograms.0[name]).quantile(0.99) })
        }.sorted { left, right in
            (left.secondsNow ?? 0, left.seconds, right.command) > (right.secondsNow ?? 0, right.seconds, left.command)
        }
    }
}

/// LATENCY HISTOGRAM of one command (7.0 and later): how many calls took at most so many microseconds.
struct LatencyHistogram: Sendable, Hashable {
    /// By microseconds, cumulative.
    private var buckets: [(limit: Int64, count: Int64)] = []

    static func == (left: Self, right: Self) -> Bool { left.buckets.elementsEqual(right.buckets, by: ==) }

    func hash(into hasher: inout Hasher) {
        for bucket in buckets {
            hasher.combine(bucket.limit)
            hasher.combine(bucket.count)
        }
    }

    static func all(_ reply: RESPValue?) -> [String: LatencyHistogram] {
        let values = reply?.array ?? []
        var all: [String: LatencyHistogram] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            guard let name = values[index].text, let fields = values[index + 1].array else { continue }
            all[name] = LatencyHistogram(fields)
        }
        return all
    }

    /// `calls`, 3, `histogram_usec`, and limits and counts in turn.
    private init(_ fields: [RESPValue]) {
        guard let place = fields.firstIndex(where: { $0.text == "histogram_usec" }), place + 1 < fields.count else {
            return
        }
        let numbers = (fields[place + 1].array ?? []).compactMap(\.integer)
        buckets = stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    private init(_ buckets: [(limit: Int64, count: Int64)]) { self.buckets = buckets }

    /// What has come since. A bucket that an earlier answer left out had the count of the one before.
    func since(_ earlier: LatencyHistogram?) -> LatencyHistogram {
        guard let earlier else { return self }
        return LatencyHistogram(
            buckets.map { bucket in
                let before = earlier.buckets.last { $0.limit <= bucket.limit }?.count ?? 0
                return (bucket.limit, max(0, bucket.count - before))
            })
    }

    /// In seconds: the limit of the bucket in which it lies. Nil without a call.
    func quantile(_ share: Double) -> Double? {
        guard let total = buckets.last?.count, total > 0 else { return nil }
        let rank = share * Double(total)
        return buckets.first { Double($0.count) >= rank }.map { Double($0.limit) / 1e6 }
    }
}

extension RedisInfo {
    /// `latency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=4.015`: seconds by command and percentile.
    var commandPercentiles: [String: [String: Double]] {
        Dictionary(
            values(withPrefix: "latency_percentiles_usec_").map { command, value in
                let parts = InfoParts(value)
                let known = ["p50", "p99", "p99.9"].compactMap { name in
                    parts.number(Substring(name)).map { (name, $0 / 1e6) }
                }
                return (String(command), Dictionary(known) { $1 })
            }, uniquingKeysWith: { $1 })
    }
}

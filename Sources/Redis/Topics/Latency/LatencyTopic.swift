import Diagnostics

extension RedisProbe.Question {
    /// How fast the server answers, what holds it up, and which commands take its time. Evidence: `redis.latency.judgement`,
    /// `….latency.commands`, `….latency.events`, `….latency.trips`.
    public static func latency(top: Int = 15) -> Self { Self(LatencyTopic(top: top)) }
}

struct LatencyTopic: Topic {
    let top: Int

    let asks = [RedisCommand("LATENCY", "LATEST")]
    let settings = ["latency-monitor-threshold", "latency-tracking", "appendfsync", "slowlog-log-slower-than"]
    let watches = true
    let pings = 20

    /// From 7.0 on; the others are not asked for what they do not know.
    private static let histogram = RedisCommand("LATENCY", "HISTOGRAM")

    func asksMore(after reading: Reading) -> [RedisCommand] {
        let events = LatencyEvent.names(reading["LATENCY", "LATEST"]).map {
            RedisCommand("LATENCY", "HISTORY", $0.name)
        }
        return (reading.info.isAtLeast(7, 0) ? [Self.histogram] : []) + events
    }

    func asksAgain(after reading: Reading) -> [RedisCommand] { reading.info.isAtLeast(7, 0) ? [Self.histogram] : [] }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        content.sampleActivity(reading.info)
        let (commands, events) = (CommandTimes.all(reading), LatencyEvent.all(reading))
        let remarks = LatencyRemarks(reading: reading, commands: commands, events: events)
        content.evidence.append(.remarks("redis.latency.judgement", "Judgement", remarks.all))
        content.evidence += [commandTable(commands), eventTable(events, now: reading.serverTime), tripTable(reading)]
            .compactMap { $0 }
    }

    private func commandTable(_ commands: [CommandTimes]) -> Evidence? {
        guard !commands.isEmpty else { return nil }
        let rows = commands.prefix(top).map { command -> [Cell] in
            [
                .text(command.command), Cell(integer: command.callsNow), Cell(seconds: command.meanNow),
                Cell(seconds: command.p99Now), .integer(command.calls), .seconds(command.seconds),
                Cell(seconds: command.mean),
                Cell(seconds: command.p50), Cell(seconds: command.p99),
            ]
        }
        return .table(
            "redis.latency.commands", "Commands: in the moment that was watched, and since the counters began",
            columns: ["command", "calls_now", "mean_now", "p99_now", "calls", "time", "mean", "p50", "p99"], rows: rows)
    }

    private func eventTable(_ events: [LatencyEvent], now: Timestamp) -> Evidence? {
        guard !events.isEmpty else { return nil }
        let rows = events.prefix(top).map { event -> [Cell] in
            let mean =
                event.spikes.isEmpty ? nil : event.spikes.reduce(0) { $0 + $1.seconds } / Double(event.spikes.count)
            return [
                .text(event.name), .seconds(max(0, now.seconds(since: event.last)).rounded()), .seconds(event.latest),
                Cell(seconds: mean),
                .seconds(event.longest), event.spikes.isEmpty ? .none : .integer(Int64(event.spikes.count)),
            ]
        }
        return .table(
            "redis.latency.events", "What held the server up",
            columns: ["event", "ago", "last", "mean", "longest", "spikes"], rows: rows)
    }

    private func tripTable(_ reading: Reading) -> Evidence? {
        guard let trips = RoundTrips(reading.later?.pings ?? []) else { return nil }
        return .table(
            "redis.latency.trips", "PING, there and back",
            columns: ["trips", "least", "median", "most", "connecting"],
            rows: [
                [
                    .integer(Int64(trips.count)), .seconds(trips.least), .seconds(trips.median), .seconds(trips.most),
                    Cell(seconds: reading.connectTime?.seconds),
                ]
            ])
    }
}

/// Some round trips, in seconds.
struct RoundTrips: Sendable, Hashable {
    let count: Int
    let least: Double
    let median: Double
    let most: Double

    /// - Returns: nil when there were none.
    init?(_ trips: [Double]) {
        let sorted = trips.sorted()
        guard let least = sorted.first, let most = sorted.last else { return nil }
        (count, self.least, self.most, median) = (sorted.count, least, most, sorted[sorted.count / 2])
    }
}

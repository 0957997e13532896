import Diagnostics

/// What is to be thought of how fast a server answers.
struct LatencyRemarks {
    let reading: Reading
    /// What takes most now comes first.
    let commands: [CommandTimes]
    let events: [LatencyEvent]

    var all: [Remark] {
        [roundTrip, processor, busiest, slowest, errors].compactMap { $0 } + recentEvents
            + [oldEvents, monitor, tracking].compactMap { $0 }
    }
}

// MARK: - Now

extension LatencyRemarks {
    private var roundTrip: Remark? {
        guard let trips = RoundTrips(reading.later?.pings ?? []) else { return nil }
        let words =
            "PING takes \(Units.seconds(trips.median)) (\(Units.seconds(trips.least)) to \(Units.seconds(trips.most)), "
            + "\(trips.count) of them)"
        let network = reading.connectTime.map(\.seconds)
        // A round trip of the network is in both.
        let server = network.map { max(0, trips.median - $0) } ?? trips.median
        if server > 0.01 {
            let connecting =
                network.map { "; connecting took \(Units.seconds($0)): it is the server that keeps one waiting" } ?? ""
            return .trouble(words + connecting, next: reading.diag("slowlog"))
        }
        if let network, network > 0.01 {
            return .careful(words + "; it is the way there: connecting takes \(Units.seconds(network))")
        }
        if trips.most > 0.1 {
            return .careful(words + ": something holds it up now and then", next: reading.diag("slowlog"))
        }
        return .fine(words)
    }

    /// Commands run in one thread: when that is busy, they wait for each other. Told for that thread since 7.0, else for the
    /// whole process.
    private var processor: Remark? {
        let thread = sum(["used_cpu_user_main_thread", "used_cpu_sys_main_thread"])
        guard let busy = thread ?? sum(["used_cpu_user", "used_cpu_sys"]) else { return nil }
        let what = thread == nil ? "the process" : "the thread that runs all commands"
        let words = "\(what) is busy \(Units.decimal(busy * 100, digits: 0)) % of the time"
        switch busy {
        case 0.9...: return .trouble(words + ": commands wait for each other; fewer or cheaper ones, or more shards")
        case 0.7...: return .careful(words)
        default: return .fine(words)
        }
    }

    private func sum(_ fields: [String]) -> Double? {
        let rates = fields.compactMap(reading.rate)
        return rates.count == fields.count ? rates.reduce(0, +) : nil
    }

    private var busiest: Remark? {
        let total = commands.reduce(0) { $0 + ($1.secondsNow ?? 0) }
        guard let first = commands.first, let seconds = first.secondsNow, let calls = first.callsNow,
            let elapsed = reading.later?.elapsed,
            seconds > 0.1 * elapsed, let mean = first.meanNow
        else { return nil }
        return .careful(
            "\(first.command) takes \(Units.ratio(seconds / max(total, 1e-9))) of the time that commands take: \(calls) calls, "
                + "\(Units.seconds(mean)) each", next: reading.diag("slowlog"))
    }

    /// Those that take a hundred milliseconds are felt by everybody.
    private var slowest: Remark? {
        let slow = commands.filter { ($0.p99Now ?? 0) >= 0.1 }.max { ($0.p99Now ?? 0) < ($1.p99Now ?? 0) }
        guard let slow, let p99 = slow.p99Now else { return nil }
        return .trouble(
            "\(slow.command): 1 of 100 calls takes up to \(Units.seconds(p99)) now, and nobody else is served meanwhile",
            next: reading.diag("slowlog"))
    }

    /// Counted by kind since 6.2.
    private var errors: Remark? {
        guard let later = reading.later else { return nil }
        let before = reading.info.errors
        let grown = later.info.errors.compactMap { name, count -> (String, Int64)? in
            let more = count - (before[name] ?? 0)
            return more > 0 ? (name, more) : nil
        }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
        let total = grown.reduce(0) { $0 + $1.1 }
        guard total >= 5 else { return nil }
        let kinds = grown.prefix(3).map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        return .careful("\(total) commands failed in the last second: \(kinds)")
    }
}

// MARK: - Before

extension LatencyRemarks {
    private static let recently = 3600.0

    private var recent: [LatencyEvent] {
        events.filter { reading.serverTime.seconds(since: $0.last) < Self.recently }
    }

    private var recentEvents: [Remark] {
        recent.prefix(5).map { event in
            let spikes = event.spikes.filter { reading.serverTime.seconds(since: $0.time) < Self.recently }.count
            let times = spikes > 1 ? "\(spikes) times" : "once"
            let words =
                "held up by \(event.name) \(times) in the last hour, up to \(Units.seconds(event.longest)): \(event.meaning)"
            return Remark(
                event.longest >= 0.1 ? .trouble : .careful, words,
                next: event.name == "command" ? [reading.diag("slowlog")] : [])
        }
    }

    private var oldEvents: Remark? {
        let old = events.count - recent.count
        guard old > 0, recent.isEmpty, let last = events.map(\.last).max() else { return nil }
        let ago = Units.seconds(max(0, reading.serverTime.seconds(since: last)).rounded())
        return .fine("nothing has held it up for \(ago)")
    }

    private var monitor: Remark? {
        guard reading.integerSetting("latency-monitor-threshold") == 0 else {
            return events.isEmpty && reading["LATENCY", "LATEST"] != nil
                ? .fine("the latency monitor has seen nothing") : nil
        }
        return .careful(
            "what holds the server up beside commands (forks, the disk, expiry) is not recorded: latency-monitor-threshold is 0",
            next: reading.cli("CONFIG SET latency-monitor-threshold 100"))
    }

    private var tracking: Remark? {
        reading.setting("latency-tracking") == "no"
            ? .careful(
                "percentiles of commands are not kept: latency-tracking is off",
                next: reading.cli("CONFIG SET latency-tracking yes"))
            : nil
    }
}

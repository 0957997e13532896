import Diagnostics

extension RedisProbe.Question {
    /// What the slow log holds, by the shape of the commands. Evidence: `redis.slowlog.judgement`, `….slowlog.shapes`,
    /// `….slowlog.slowest`, `….slowlog.large-requests`, `….slowlog.large-replies`.
    ///
    /// - Parameters:
    ///   - top: rows of each table.
    ///   - entries: how many of the newest entries are read.
    public static func slowlog(top: Int = 15, entries: Int = 1000) -> Self {
        Self(SlowlogTopic(top: top, entries: entries))
    }

    /// How many entries there are of the last five minutes, for a condition.
    static let slowlogGrowth = Self(SlowlogGrowthTopic())
}

struct SlowlogTopic: Topic {
    let top: Int
    let entries: Int

    var asks: [RedisCommand] { [RedisCommand("SLOWLOG", "GET", "\(entries)"), RedisCommand("SLOWLOG", "LEN")] }
    let settings = ["slowlog-log-slower-than", "slowlog-max-len"]

    /// Valkey logs large requests and replies too, from 8.1 on.
    func asksMore(after reading: Reading) -> [RedisCommand] {
        guard reading.info.isValkey(atLeast: 8, 1) else { return [] }
        return ["large-request", "large-reply"].map { RedisCommand("COMMANDLOG", "GET", "\(entries)", $0) }
    }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        let slow = SlowlogEntry.all(reading["SLOWLOG", "GET", "\(entries)"])
        content.sampleSlowlog(reading, slow)
        let remarks = SlowlogRemarks(reading: reading, entries: slow, groups: SlowlogGroup.all(slow))
        content.evidence.append(.remarks("redis.slowlog.judgement", "Judgement", remarks.all))
        content.evidence += slow.isEmpty ? [] : [shapes(remarks.groups), slowest(slow)]
        content.evidence += [
            large(
                "redis.slowlog.large-requests", "Large requests",
                reading["COMMANDLOG", "GET", "\(entries)", "large-request"]),
            large(
                "redis.slowlog.large-replies", "Large replies",
                reading["COMMANDLOG", "GET", "\(entries)", "large-reply"]),
        ].compactMap { $0 }
    }

    private func shapes(_ groups: [SlowlogGroup]) -> Evidence {
        SlowlogGroup.table(groups.prefix(top), "Slow commands by shape, the costliest first")
    }

    private func slowest(_ entries: [SlowlogEntry]) -> Evidence {
        let rows = entries.sorted { ($0.amount, $0.id) > ($1.amount, $1.id) }.prefix(top).map { entry -> [Cell] in
            [
                .seconds(entry.seconds), .time(entry.time), Cell(entry.clientName ?? entry.client),
                .text(entry.command.shown()),
            ]
        }
        return .table(
            "redis.slowlog.slowest", "The slowest", columns: ["took", "when", "client", "command"], rows: rows)
    }

    private func large(_ id: String, _ title: String, _ reply: RESPValue?) -> Evidence? {
        let entries = SlowlogEntry.all(reply)
        guard !entries.isEmpty else { return nil }
        let rows = entries.sorted { ($0.amount, $0.id) > ($1.amount, $1.id) }.prefix(top).map { entry -> [Cell] in
            [
                .bytes(entry.amount), .time(entry.time), Cell(entry.clientName ?? entry.client),
                .text(entry.command.shown()),
            ]
        }
        return .table(id, title, columns: ["size", "when", "client", "command"], rows: rows)
    }
}

extension SlowlogGroup {
    fileprivate static func table(_ groups: some Collection<SlowlogGroup>, _ title: String) -> Evidence {
        let rows = groups.map { group -> [Cell] in
            [
                .text(group.shape), .integer(Int64(group.entries.count)), .seconds(group.total), .seconds(group.median),
                .seconds(group.longest), .integer(Int64(group.mostArguments)), .time(group.entries[0].time),
                Cell(group.client),
            ]
        }
        return .table(
            "redis.slowlog.shapes", title,
            columns: ["command", "times", "total", "median", "longest", "arguments", "last", "client"], rows: rows)
    }
}

/// How many entries there are of the last five minutes, by their own times: that needs no earlier look, and a reset of the
/// log makes no number fall.
struct SlowlogGrowthTopic: Topic {
    static let span = 300.0
    /// More than the log keeps by default, and enough for any threshold.
    private static let most = "512"

    let asks = [RedisCommand("SLOWLOG", "GET", most), RedisCommand("SLOWLOG", "LEN")]
    let metrics = [RedisMetrics.slowlogRecent]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        guard let reply = reading["SLOWLOG", "GET", Self.most] else {
            throw ProbeError(.forbidden, step: "SLOWLOG GET", message: "the slow log may not be read here")
        }
        let entries = SlowlogEntry.all(reply)
        content.sampleSlowlog(reading, entries)
        let recent = entries.filter { $0.time >= reading.serverTime - Self.span }
        guard !recent.isEmpty else { return }
        content.evidence.append(
            SlowlogGroup.table(
                SlowlogGroup.all(recent).prefix(5), "Slow commands of the last 5 min, the costliest first"))
    }
}

extension Observation.Content {
    /// - Parameter entries: the newest first.
    fileprivate mutating func sampleSlowlog(_ reading: Reading, _ entries: [SlowlogEntry]) {
        let since = reading.serverTime - SlowlogGrowthTopic.span
        add(RedisMetrics.slowlogLength, reading["SLOWLOG", "LEN"]?.integer)
        add(RedisMetrics.slowlogRecent, entries.count { $0.time >= since })
        guard let newest = entries.first else { return }
        add(RedisMetrics.slowlogLastID, newest.id)
        add(RedisMetrics.slowlogLast, newest.seconds)
    }
}

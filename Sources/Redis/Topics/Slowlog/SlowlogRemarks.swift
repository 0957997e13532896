import Diagnostics

/// What is to be thought of a slow log.
struct SlowlogRemarks {
    let reading: Reading
    /// The newest first.
    let entries: [SlowlogEntry]
    /// The costliest first.
    let groups: [SlowlogGroup]

    var all: [Remark] {
        if let off { return [off] }
        return [recent, costliest, reach, threshold].compactMap { $0 } + knownTraps
    }

    private var slowerThan: Int64? { reading.integerSetting("slowlog-log-slower-than") }
    private var maximum: Int64? { reading.integerSetting("slowlog-max-len") }

    private var off: Remark? {
        let isOff = slowerThan.map { $0 < 0 } ?? false || maximum == 0
        return isOff && entries.isEmpty
            ? .careful("the slow log is off", next: reading.cli("CONFIG SET slowlog-log-slower-than 10000")) : nil
    }

    /// `10 ms`, in words for a sentence.
    private var limit: String { slowerThan.map { Units.seconds(Double($0) / 1e6) } ?? "the threshold" }
}

// MARK: - What was slow

extension SlowlogRemarks {
    private var recent: Remark {
        let since = reading.serverTime - SlowlogGrowthTopic.span
        let recent = entries.filter { $0.time >= since }
        guard let newest = entries.first else { return .fine("nothing took longer than \(limit) since the log began") }
        guard !recent.isEmpty else {
            let ago = Units.seconds(max(0, reading.serverTime.seconds(since: newest.time)).rounded())
            return .fine("nothing took longer than \(limit) in the last 5 min; the last slow command was \(ago) ago")
        }
        let total = recent.reduce(0) { $0 + $1.seconds }
        let words =
            "\(Count.of(recent.count, "command")) took longer than \(limit) in the last 5 min, \(Units.seconds(total)) in "
            + "all: meanwhile nobody else was served"
        // A hundredth of the time that all clients have.
        return total > 0.01 * SlowlogGrowthTopic.span ? .trouble(words, next: reading.diag("latency")) : .careful(words)
    }

    private var costliest: Remark? {
        guard let first = groups.first, groups.count > 1 || first.entries.count > 1 else { return nil }
        let total = groups.reduce(0) { $0 + $1.total }
        let who = first.client.map { ", most often from \($0)" } ?? ""
        return .careful(
            "\(first.shape) took \(Units.seconds(first.total)) in \(Count.of(first.entries.count, "call")), "
                + "\(Units.ratio(first.total / max(total, 1e-9))) of all that is in the log, up to \(Units.seconds(first.longest)) "
                + "each\(who)")
    }

    /// Since when the log tells, where it has forgotten something.
    private var reach: Remark? {
        guard let oldest = entries.last, let maximum, entries.count >= maximum else { return nil }
        let span = Units.seconds(max(0, reading.serverTime.seconds(since: oldest.time)).rounded())
        return .fine(
            "the log is full (slowlog-max-len \(maximum)): it reaches back \(span), what came before is forgotten",
            next: reading.cli("CONFIG SET slowlog-max-len 1024"))
    }

    private var threshold: Remark? {
        slowerThan == 0
            ? .careful(
                "every command is logged (slowlog-log-slower-than 0)",
                next: reading.cli("CONFIG SET slowlog-log-slower-than 10000"))
            : nil
    }
}

// MARK: - What to do instead

extension SlowlogRemarks {
    /// Commands that walk over all that there is, and what does the same in steps.
    private static let instead = [
        "KEYS": "walks over the whole keyspace: SCAN does so in steps",
        "SMEMBERS": "gives a whole set: SSCAN, SRANDMEMBER or SISMEMBER give what is needed",
        "HGETALL": "gives a whole hash: HMGET or HSCAN give what is needed",
        "HKEYS": "gives a whole hash: HSCAN does so in steps", "HVALS": "gives a whole hash: HSCAN does so in steps",
        "LRANGE": "with a wide range gives a whole list: ask for less",
        "ZRANGE": "with a wide range gives a whole set: ask for less",
        "SORT": "sorts anew each time: a sorted set keeps the order",
        "DEL": "frees the value at once: UNLINK leaves that to the background",
        "FLUSHDB": "frees at once: FLUSHDB ASYNC leaves that to the background",
        "FLUSHALL": "frees at once: FLUSHALL ASYNC leaves that to the background",
        "SAVE": "holds the server until all is written: BGSAVE does not",
        "EVAL": "runs a script, during which nobody is served: make it shorter",
        "EVALSHA": "runs a script, during which nobody is served: make it shorter",
        "FCALL": "runs a function, during which nobody is served: make it shorter",
        "MGET": "of very many keys: ask for fewer at once", "MSET": "of very many keys: set fewer at once",
        "SUNION": "reads whole sets", "SINTER": "reads whole sets: SINTERCARD with LIMIT where the number does",
        "SDIFF": "reads whole sets", "XRANGE": "without COUNT gives a whole stream",
    ]

    private var knownTraps: [Remark] {
        groups.reduce(into: [(String, String)]()) { found, group in
            guard let words = Self.instead[group.name], !found.contains(where: { $0.0 == group.name }) else { return }
            found.append((group.name, words))
        }.prefix(4).map { .careful("\($0.0) \($0.1)") }
    }
}

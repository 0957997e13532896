import Diagnostics

extension RedisProbe.Question {
    /// How many keys there are, how many go by themselves, and whether they are found. Evidence: `redis.keyspace.judgement`,
    /// `redis.keyspace`.
    public static let keyspace = Self(KeyspaceTopic())
}

struct KeyspaceTopic: Topic {
    let watches = true

    func asksMore(after reading: Reading) -> [RedisCommand] { MemoryLimit.asks(after: reading) }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        content.sampleKeyspace(reading.info)
        content.evidence.append(
            .remarks("redis.keyspace.judgement", "Judgement", KeyspaceRemarks(reading: reading).all))
        content.evidence.append(table(reading))
    }

    private func table(_ reading: Reading) -> Evidence {
        let later = Dictionary(
            (reading.later?.info.databases ?? []).map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = reading.info.databases.map { database -> [Cell] in
            [
                .integer(Int64(database.index)), .integer(database.keys), .integer(database.expiring),
                .ratio(database.keys > 0 ? Double(database.expiring) / Double(database.keys) : 0),
                Cell(seconds: database.averageTTL),
                Cell(integer: later[database.index].map { $0.keys - database.keys }),
            ]
        }
        return .table(
            "redis.keyspace", "Keys by database",
            columns: ["db", "keys", "expiring", "share", "average_ttl", "grown_in_1_s"],
            rows: rows)
    }
}

/// What is to be thought of a server's keys.
struct KeyspaceRemarks {
    let reading: Reading

    var all: [Remark] {
        [count, hits, eviction, expiry, expiryBehind].compactMap { $0 }
    }

    private var info: RedisInfo { reading.info }

    private var count: Remark {
        let databases = info.databases
        let (keys, expiring) = (databases.reduce(0) { $0 + $1.keys }, databases.reduce(0) { $0 + $1.expiring })
        guard keys > 0 else { return .fine("no keys") }
        let places = databases.count > 1 ? " in \(databases.count) databases" : ""
        return .fine(
            "\(Count.of(keys, "key"))\(places), \(Units.ratio(Double(expiring) / Double(keys))) of them with a TTL",
            next: reading.diag("keys"))
    }

    /// Of the moment, as the share since the start hides what has changed.
    private var hits: Remark? {
        let before = info.stats.hitRatio.map { "\(Units.ratio($0)) since the counters began" }
        guard let hits = reading.rate("keyspace_hits"), let misses = reading.rate("keyspace_misses"), hits + misses >= 1
        else {
            return before.map { .fine("lookups that found their key: \($0); none in the last second") }
        }
        let now = hits / (hits + misses)
        let words =
            "lookups that found their key: \(Units.ratio(now)) of \(Units.decimal(hits + misses, digits: 0)) in the last second"
            + (before.map { ", \($0)" } ?? "")
        return now < 0.5 ? .careful(words + ": what is asked for is mostly not there") : .fine(words)
    }

    private var eviction: Remark? {
        guard let rate = reading.rate("evicted_keys"), rate > 0 else { return nil }
        return .careful(
            "\(Units.decimal(rate, digits: 0)) keys are evicted a second to make room", next: reading.diag("memory"))
    }

    private var expiry: Remark? {
        guard let rate = reading.rate("expired_keys"), rate > 0 else { return nil }
        return .fine("\(Units.decimal(rate, digits: 0)) keys expire a second")
    }

    /// Expired keys that are still there take room: the cycle that looks for them had to stop early.
    private var expiryBehind: Remark? {
        let stale = info.number("expired_stale_perc") ?? 0
        let stopped = reading.rate("expired_time_cap_reached_count") ?? 0
        guard stale > 10 || stopped > 0 else { return nil }
        return .careful(
            "the search for expired keys does not keep up: about \(Units.decimal(stale, digits: 0)) % of those with a TTL have expired "
                + "and are still there", next: reading.cli("CONFIG SET active-expire-effort 5"))
    }
}

import Diagnostics
import GRDB
import Runbook

/// Readings in the database: only of metrics that some condition looks back at, only for as long as it does, and some few
/// of those that a forecast is made of (`Trend`).
struct ReadingStore {
    /// Readings beyond the lookback that are kept all the same, so that a sweep every hour finds its predecessor.
    private static let newestKept = 2

    private let database: Database
    private let lookback: [String: Duration]
    /// The readings of the targets that were asked for.
    private(set) var history = SeriesHistory()
    /// All series that are there, of whatever target.
    private var ids: [SeriesKey: Int64] = [:]
    /// The metrics that have readings older than is looked back.
    private var outdated: Set<String> = []
    /// When each series of a trend was read last.
    private var newest: [SeriesKey: Timestamp] = [:]

    /// Reads what is there.
    init(_ database: Database, _ targets: [Target], _ lookback: [String: Duration], now: Timestamp) throws {
        self.database = database
        self.lookback = lookback
        let wanted = Set(targets.map(TargetID.init))
        let readings = try Self.readings(database)
        let rows = try Row.fetchCursor(database, sql: "SELECT id, kind, target, metric, labels, identity FROM series")
        while let row = try rows.next() {
            guard let key = SeriesKey(row) else { continue }
            ids[key] = row[0]
            let series = readings[row[0]] ?? []
            // What nobody looks back at any more stays as it is: an older version may.
            guard let length = length(of: key.metric) else { continue }
            if Trend.all[key.metric] != nil { newest[key] = series.last?.time }
            if let oldest = series.first, oldest.time < now - length.seconds { outdated.insert(key.metric) }
            if wanted.contains(key.target), !series.isEmpty { history.add(series, of: key) }
        }
    }

    /// For how long readings of a metric are kept; nil for one that nobody asks for.
    private func length(of metric: String) -> Duration? {
        [lookback[metric], Trend.all[metric]?.span].compactMap { $0 }.max()
    }

    /// By series, the newest last.
    private static func readings(_ database: Database) throws -> [Int64: [Reading]] {
        var readings: [Int64: [Reading]] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT series, time, value, counted_since FROM reading ORDER BY series, time")
        while let row = try rows.next() { readings[row[0], default: []].append(Reading(row)) }
        return readings
    }
}

/// What tells one series from all others.
private struct SeriesKey: Hashable {
    let target: TargetID
    let metric: String
    /// As `LabelsText` writes them.
    let labels: String
    /// Empty for none.
    let identity: String

    init(_ sample: Sample, at target: TargetID) {
        self.target = target
        metric = sample.metric.name
        labels = LabelsText.text(sample.labels)
        identity = sample.identity ?? ""
    }

    /// Of `id, kind, target, metric, labels, identity`; nil for a kind of target that a later version knew.
    init?(_ row: Row) {
        guard let kind = Target.Kind(rawValue: row[1]) else { return nil }
        target = TargetID(kind: kind, name: row[2])
        metric = row[3]
        labels = row[4]
        identity = row[5]
    }

    var arguments: StatementArguments { [target.kind.rawValue, target.name, metric, labels, identity] }
}

extension SeriesHistory {
    fileprivate mutating func add(_ readings: [Reading], of key: SeriesKey) {
        let identity = key.identity.isEmpty ? nil : key.identity
        add(readings, of: key.metric, labels: LabelsText.labels(key.labels), identity: identity, at: key.target)
    }
}

extension Reading {
    /// Of `time, value, counted_since` behind the series.
    fileprivate init(_ row: Row) {
        let since: Double? = row[3]
        // SQLite keeps a NaN as NULL.
        self.init(
            time: Timestamp(secondsSinceEpoch: row[1]), value: row[2] ?? .nan,
            countedSince: since.map(Timestamp.init(secondsSinceEpoch:)))
    }
}

// MARK: - Writing

extension ReadingStore {
    /// Keeps what these observations measured, and forgets what has become too old.
    mutating func save(_ observations: [Observation], now: Timestamp) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO reading (series, time, value, counted_since) VALUES (?, ?, ?, ?)")
        for observation in observations {
            let target = TargetID(observation.target)
            for sample in observation.samples where isKept(sample, at: target, observation.ended) {
                let series = try id(of: SeriesKey(sample, at: target))
                try insert.execute(
                    arguments: [
                        series, observation.ended.secondsSinceEpoch, sample.value,
                        sample.countedSince?.secondsSinceEpoch,
                    ])
            }
        }
        try prune(now)
    }

    private func isKept(_ sample: Sample, at target: TargetID, _ time: Timestamp) -> Bool {
        if lookback[sample.metric.name] != nil { return true }
        guard let trend = Trend.all[sample.metric.name] else { return false }
        guard let last = newest[SeriesKey(sample, at: target)] else { return true }
        // The clock may have been set back since.
        return time < last || time.seconds(since: last) >= trend.interval.seconds
    }

    private mutating func id(of key: SeriesKey) throws -> Int64 {
        if let known = ids[key] { return known }
        try database.cachedStatement(
            sql: "INSERT INTO series (kind, target, metric, labels, identity) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: key.arguments)
        ids[key] = database.lastInsertedRowID
        return database.lastInsertedRowID
    }

    /// Only where there is something to forget: looking for it costs a search in every metric.
    private func prune(_ now: Timestamp) throws {
        guard !outdated.isEmpty else { return }
        for metric in outdated { try prune(metric, before: now - (length(of: metric) ?? .zero).seconds) }
        try database.execute(sql: "DELETE FROM series WHERE id NOT IN (SELECT series FROM reading)")
    }

    private func prune(_ metric: String, before time: Timestamp) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM reading WHERE time < ? AND series IN (SELECT id FROM series WHERE metric = ?)
                AND time < (SELECT min(time) FROM (SELECT time FROM reading AS newer
                    WHERE newer.series = reading.series ORDER BY time DESC LIMIT ?))
                """
        ).execute(arguments: [time.secondsSinceEpoch, metric, Self.newestKept])
    }
}

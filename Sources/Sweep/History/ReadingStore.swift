import Diagnostics
import GRDB
import Runbook

/// Readings in the database: only of metrics that some condition looks back at, only for as long as it does.
enum ReadingStore {
    /// Readings beyond the lookback that are kept all the same, so that a sweep every hour finds its predecessor.
    private static let newestKept = 2

    static func load(
        _ database: Database, _ targets: [Target], _ lookback: [String: Duration], now: Timestamp
    ) throws -> SeriesHistory {
        let wanted = Set(targets.map(TargetID.init))
        let readings = try readings(database)
        var history = SeriesHistory()
        let rows = try Row.fetchCursor(database, sql: "SELECT id, kind, target, metric, labels, identity FROM series")
        while let row = try rows.next() {
            let metric: String = row[3]
            guard let kind = Target.Kind(rawValue: row[1]), lookback[metric] != nil else { continue }
            let target = TargetID(kind: kind, name: row[2])
            guard wanted.contains(target), let series = readings[row[0]] else { continue }
            let identity: String = row[5]
            history.add(
                series, of: metric, labels: LabelsText.labels(row[4]), identity: identity.isEmpty ? nil : identity,
                at: target)
        }
        return history
    }

    /// By series, the newest last.
    private static func readings(_ database: Database) throws -> [Int64: [Reading]] {
        var readings: [Int64: [Reading]] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT series, time, value, counted_since FROM reading ORDER BY series, time")
        while let row = try rows.next() { readings[row[0], default: []].append(Reading(row)) }
        return readings
    }

    static func save(
        _ database: Database, _ observations: [Observation], _ lookback: [String: Duration], now: Timestamp
    ) throws {
        for observation in observations {
            for sample in observation.samples where lookback[sample.metric.name] != nil {
                try save(database, sample, of: observation)
            }
        }
        for (metric, duration) in lookback { try prune(database, metric, before: now - duration.seconds) }
        try database.execute(sql: "DELETE FROM series WHERE id NOT IN (SELECT series FROM reading)")
    }

    private static func save(_ database: Database, _ sample: Sample, of observation: Observation) throws {
        let target = observation.target
        let key: StatementArguments = [
            target.kind.rawValue, target.name, sample.metric.name, LabelsText.text(sample.labels),
            sample.identity ?? "",
        ]
        try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO series (kind, target, metric, labels, identity) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: key)
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO reading (series, time, value, counted_since)
                SELECT id, ?, ?, ? FROM series
                WHERE kind = ? AND target = ? AND metric = ? AND labels = ? AND identity = ?
                """
        ).execute(
            arguments: [
                observation.ended.secondsSinceEpoch, sample.value, sample.countedSince?.secondsSinceEpoch,
            ] + key)
    }

    private static func prune(_ database: Database, _ metric: String, before time: Timestamp) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM reading WHERE time < ? AND series IN (SELECT id FROM series WHERE metric = ?)
                AND time < (SELECT min(time) FROM (SELECT time FROM reading AS newer
                    WHERE newer.series = reading.series ORDER BY time DESC LIMIT ?))
                """
        ).execute(arguments: [time.secondsSinceEpoch, metric, newestKept])
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

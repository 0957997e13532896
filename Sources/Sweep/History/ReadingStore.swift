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
        var history = SeriesHistory()
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT kind, target, metric, labels, identity, time, value, counted_since
                FROM series JOIN reading ON reading.series = series.id ORDER BY series.id, time
                """)
        var decoded: (text: String, labels: Labels) = ("{}", [:])
        while let row = try rows.next() {
            guard let kind = Target.Kind(rawValue: row["kind"]) else { continue }
            let target = TargetID(kind: kind, name: row["target"])
            let metric: String = row["metric"]
            guard wanted.contains(target), lookback[metric] != nil else { continue }
            let text: String = row["labels"]
            if text != decoded.text { decoded = (text, LabelsText.labels(text)) }
            let identity: String = row["identity"]
            history.add(
                Reading(row), of: metric, labels: decoded.labels, identity: identity.isEmpty ? nil : identity,
                at: target)
        }
        return history
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
    fileprivate init(_ row: Row) {
        let since: Double? = row["counted_since"]
        // SQLite keeps a NaN as NULL.
        self.init(
            time: Timestamp(secondsSinceEpoch: row["time"]), value: row["value"] ?? .nan,
            countedSince: since.map(Timestamp.init(secondsSinceEpoch:)))
    }
}

import Diagnostics
import GRDB
import Runbook

/// What was judged in the last day, a value each ten minutes, for charts. No sweep reads it.
enum JudgedValueStore {
    private static let interval = 600.0
    private static let span = 86_400.0
    /// Some ten megabytes. The worst come first, and charts are for those.
    private static let most = 1000

    /// Where there is one of these ten minutes already, that stays.
    static func add(_ database: Database, _ values: [JudgedValue], now: Timestamp) throws {
        let slot = Int64((now.secondsSinceEpoch / interval).rounded(.down))
        let insert = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO judged_value VALUES (?, ?, ?, ?, ?, ?, ?)")
        for value in values.prefix(most) {
            let key = value.key
            try insert.execute(
                arguments: [
                    slot, key.alert, key.target.kind.rawValue, key.target.name, key.source, now.secondsSinceEpoch,
                    value.value,
                ])
        }
        try database.cachedStatement(sql: "DELETE FROM judged_value WHERE slot < ?")
            .execute(arguments: [slot - Int64(span / interval)])
    }

    /// The oldest first.
    static func load(_ database: Database, of targets: Set<TargetID>) throws -> [JudgedSeries] {
        var points: [JudgedValue.Key: [JudgedSeries.Point]] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT alert, kind, target, source, time, value FROM judged_value ORDER BY slot")
        while let row = try rows.next() {
            guard let kind = Target.Kind(rawValue: row[1]) else { continue }
            let key = JudgedValue.Key(alert: row[0], target: TargetID(kind: kind, name: row[2]), source: row[3])
            guard targets.contains(key.target) else { continue }
            let point = JudgedSeries.Point(time: Timestamp(secondsSinceEpoch: row[4]), value: row[5])
            points[key, default: []].append(point)
        }
        return points.map { JudgedSeries(key: $0, points: $1) }
    }
}

extension History {
    /// What was judged at these targets in the last day. Empty also when the file cannot be read: a chart is no finding.
    public func judgedValues(at targets: [Target]) async -> [JudgedSeries] {
        let wanted = Set(targets.map(TargetID.init))
        return (try? await queue.read { try JudgedValueStore.load($0, of: wanted) }) ?? []
    }
}

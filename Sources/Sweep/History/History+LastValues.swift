import Diagnostics
import GRDB

extension History {
    /// The newest reading of each series of a metric, of whichever identity was read last. Empty also when the history
    /// cannot be read: the judgement will say so.
    func lastValues(of metric: Metric, at target: Target) async -> [Labels: Double] {
        let values = try? await queue.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT labels, value FROM reading JOIN series ON series.id = reading.series
                    WHERE kind = ? AND target = ? AND metric = ? AND value IS NOT NULL ORDER BY time
                    """,
                arguments: [target.kind.rawValue, target.name, metric.name])
            var values: [Labels: Double] = [:]
            while let row = try rows.next() { values[LabelsText.labels(row[0])] = row[1] }
            return values
        }
        return values ?? [:]
    }
}

import Diagnostics
import GRDB
import Runbook

/// What has happened, for a year and a month, and no more than there is room for.
enum EventStore {
    /// The review of a month looks back at the same month of the year before.
    static let longest = Duration.seconds(400 * 86_400)
    /// With what happened in their evidence some ten megabytes.
    static let most = 20_000

    static func add(_ database: Database, _ events: [AlertEvent], now: Timestamp) throws {
        guard !events.isEmpty else { return }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO event (time, what, alert, kind, target, source, labels, severity, summary, value, threshold,
                    cause, evidence, began, fired, author, until,
                    worst_time, worst_summary, worst_value, worst_threshold, worst_cause, worst_evidence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for event in events { try insert.execute(arguments: event.arguments) }
        try prune(database, now)
    }

    /// The oldest first.
    static func load(_ database: Database, since time: Timestamp) throws -> [AlertEvent] {
        var events: [AlertEvent] = []
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM event WHERE time >= ? ORDER BY time, id",
            arguments: [time.secondsSinceEpoch])
        while let row = try rows.next() { if let event = AlertEvent(row) { events.append(event) } }
        return events
    }

    /// Where there is no room for all, those that say least go first, and of these the oldest.
    private static func prune(_ database: Database, _ now: Timestamp) throws {
        try database.execute(
            sql: "DELETE FROM event WHERE time < ?", arguments: [(now - longest.seconds).secondsSinceEpoch])
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM event") ?? 0
        guard count > most else { return }
        // A tenth more than must go, so that not every sweep has to look for it.
        try database.execute(
            sql: """
                DELETE FROM event WHERE id IN (SELECT id FROM event
                    ORDER BY what NOT IN ('pending', 'cleared', 'flap'), time, id LIMIT ?)
                """, arguments: [count - most + most / 10])
    }
}

extension AlertEvent {
    /// Nil for what a later version wrote.
    fileprivate init?(_ row: Row) {
        guard let what = What(rawValue: row["what"]), let key = AlertState.Key(row) else { return nil }
        let severity: Int? = row["severity"]
        let evidence: String? = row["evidence"]
        self.init(
            time: Timestamp(secondsSinceEpoch: row["time"]), what: what, key: key,
            severity: severity.flatMap(Severity.init), summary: row["summary"], value: row["value"],
            threshold: row["threshold"], cause: row["cause"],
            evidence: (evidence ?? "").split(separator: "\n").map(String.init), began: row.timestamp("began"),
            fired: row.timestamp("fired"), worst: AlertState.Held(row, "worst"), by: row["author"],
            until: row.timestamp("until"))
    }

    fileprivate var arguments: StatementArguments {
        let head: StatementArguments = [time.secondsSinceEpoch, what.rawValue]
        let own: StatementArguments = [
            severity?.rawValue, summary, value, threshold, cause,
            evidence.isEmpty ? nil : evidence.joined(separator: "\n"), began?.secondsSinceEpoch,
            fired?.secondsSinceEpoch, by, until?.secondsSinceEpoch,
        ]
        return head + key.arguments + own + .held(worst)
    }
}

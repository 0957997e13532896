import GRDB

/// The tables of the history, and how older files become newer ones.
enum HistorySchema {
    /// Each step brings a file from the version of its index to the next; `PRAGMA user_version` says which it has.
    private static let steps = [readingsAndAlertStates]

    /// Within the caller's immediate transaction, so that two processes never do it at once.
    static func bringUpToDate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version < steps.count else { return }
        for step in steps[max(0, version)...] { try database.execute(sql: step) }
        try database.execute(sql: "PRAGMA user_version = \(steps.count)")
    }

    private static let readingsAndAlertStates = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL, target TEXT NOT NULL, metric TEXT NOT NULL,
            labels TEXT NOT NULL, identity TEXT NOT NULL,
            UNIQUE (kind, target, metric, labels, identity)
        );
        CREATE TABLE reading (
            series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
            time REAL NOT NULL, value REAL, counted_since REAL,
            PRIMARY KEY (series, time)
        ) WITHOUT ROWID;
        CREATE TABLE alert_state (
            alert TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL,
            labels TEXT NOT NULL,
            phase TEXT NOT NULL, since REAL NOT NULL, began REAL, resolved REAL, flaps INTEGER NOT NULL,
            held_time REAL, held_summary TEXT, held_value REAL, held_evidence TEXT,
            PRIMARY KEY (alert, kind, target, source, labels)
        ) WITHOUT ROWID;
        """
}

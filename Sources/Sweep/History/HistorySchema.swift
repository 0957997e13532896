import GRDB

/// The tables of the history, and how older files become newer ones.
enum HistorySchema {
    /// Each step brings a file from the version of its index to the next; `PRAGMA user_version` says which it has.
    private static let steps = [readingsAndAlertStates, livesOfAlerts, deliveries, keyspaces, judgedValues]

    /// Of a file that has all of them.
    static var version: Int { steps.count }

    /// Within the caller's immediate transaction, so that two processes never do it at once.
    static func bringUpToDate(_ database: Database, to newest: Int = version) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version < newest else { return }
        for step in steps[max(0, version)..<newest] { try database.execute(sql: step) }
        try database.execute(sql: "PRAGMA user_version = \(newest)")
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

    /// What lives brought, what happened, who looked when, and since when each target is up or down.
    private static let livesOfAlerts = """
        CREATE TABLE alert_life (
            alert TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL,
            labels TEXT NOT NULL,
            severity INTEGER, is_holding INTEGER NOT NULL, dips INTEGER NOT NULL, relief TEXT,
            held_threshold REAL, held_cause TEXT,
            onset_time REAL, onset_summary TEXT, onset_value REAL, onset_threshold REAL, onset_cause TEXT,
            onset_evidence TEXT,
            worst_time REAL, worst_summary TEXT, worst_value REAL, worst_threshold REAL, worst_cause TEXT,
            worst_evidence TEXT,
            ack_by TEXT, ack_note TEXT, ack_time REAL, ack_until REAL,
            PRIMARY KEY (alert, kind, target, source, labels)
        ) WITHOUT ROWID;
        CREATE TABLE event (
            id INTEGER PRIMARY KEY, time REAL NOT NULL, what TEXT NOT NULL,
            alert TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL,
            labels TEXT NOT NULL,
            severity INTEGER, summary TEXT NOT NULL, value REAL, threshold REAL, cause TEXT, evidence TEXT,
            began REAL, fired REAL, author TEXT, until REAL,
            worst_time REAL, worst_summary TEXT, worst_value REAL, worst_threshold REAL, worst_cause TEXT,
            worst_evidence TEXT
        );
        CREATE INDEX event_time ON event (time);
        CREATE TABLE sweep (
            time REAL PRIMARY KEY, duration REAL NOT NULL, targets INTEGER NOT NULL, failed INTEGER NOT NULL,
            every REAL
        ) WITHOUT ROWID;
        CREATE TABLE look (
            kind TEXT NOT NULL, target TEXT NOT NULL,
            address TEXT NOT NULL, time REAL NOT NULL, is_up INTEGER, marks TEXT NOT NULL,
            PRIMARY KEY (kind, target)
        ) WITHOUT ROWID;
        CREATE TABLE spell (
            kind TEXT NOT NULL, target TEXT NOT NULL, begin REAL NOT NULL, end REAL NOT NULL,
            is_up INTEGER NOT NULL,
            PRIMARY KEY (kind, target, begin)
        ) WITHOUT ROWID;
        """

    /// What each receiver of alerts was told, and is still to be told; `Ledger` says how.
    private static let deliveries = """
        CREATE TABLE IF NOT EXISTS delivery (
            receiver TEXT NOT NULL, labels TEXT NOT NULL,
            alert TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,
            annotations TEXT NOT NULL, starts_at REAL NOT NULL, sent_at REAL, resolved_at REAL,
            PRIMARY KEY (receiver, labels)
        ) WITHOUT ROWID;
        """

    /// What the last whole scan of a Redis keyspace found, by type and prefix: some hundred rows a target.
    private static let keyspaces = """
        CREATE TABLE keyspace (
            kind TEXT NOT NULL, target TEXT NOT NULL, time REAL NOT NULL,
            grouped_by TEXT NOT NULL, name TEXT NOT NULL, keys INTEGER NOT NULL, memory INTEGER NOT NULL,
            PRIMARY KEY (kind, target, grouped_by, name)
        ) WITHOUT ROWID;
        """

    /// What was judged in the last day, a value each ten minutes; `slot` is which ten minutes.
    private static let judgedValues = """
        CREATE TABLE judged_value (
            slot INTEGER NOT NULL,
            alert TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL,
            time REAL NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (slot, alert, kind, target, source)
        ) WITHOUT ROWID;
        """
}

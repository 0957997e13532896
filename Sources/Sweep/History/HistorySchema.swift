import GRDB

/// The tables of the history, and how older files become newer ones.
enum HistorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: readings and alert states") { database in
            try database.execute(
                sql: """
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
                    """)
        }
        return migrator
    }
}

/// Every question that is put to a PostgreSQL server, one .sql file each. The files are embedded in the binary and run
/// as they are in psql.
public enum PostgreSQLQueries {
    public static var databases: SQLFile { SQLFile("databases", PackageResources.databases_sql) }
    public static var deadlockLog: SQLFile { SQLFile("deadlock-log", PackageResources.deadlock_log_sql) }
    public static var deadlockLogTail: SQLFile { SQLFile("deadlock-log-tail", PackageResources.deadlock_log_tail_sql) }
    public static var idle: SQLFile { SQLFile("idle", PackageResources.idle_sql) }
    public static var limits: SQLFile { SQLFile("limits", PackageResources.limits_sql) }
    public static var locks: SQLFile { SQLFile("locks", PackageResources.locks_sql) }
    public static var locksOn13: SQLFile { SQLFile("locks-13", PackageResources.locks_13_sql) }
    public static var receiver: SQLFile { SQLFile("receiver", PackageResources.receiver_sql) }
    public static var remedies: SQLFile { SQLFile("remedies", PackageResources.remedies_sql) }
    public static var server: SQLFile { SQLFile("server", PackageResources.server_sql) }
    public static var sessions: SQLFile { SQLFile("sessions", PackageResources.sessions_sql) }
    public static var slots: SQLFile { SQLFile("slots", PackageResources.slots_sql) }
    public static var standbys: SQLFile { SQLFile("standbys", PackageResources.standbys_sql) }
    public static var statements: SQLFile { SQLFile("statements", PackageResources.statements_sql) }
    public static var system: SQLFile { SQLFile("system", PackageResources.system_sql) }
    public static var transactions: SQLFile { SQLFile("transactions", PackageResources.transactions_sql) }
    public static var archiver: SQLFile { SQLFile("archiver", PackageResources.archiver_sql) }
    public static var checkpoints: SQLFile { SQLFile("checkpoints", PackageResources.checkpoints_sql) }
    public static var checkpointsUpTo16: SQLFile { SQLFile("checkpoints-16", PackageResources.checkpoints_16_sql) }
    public static var collations: SQLFile { SQLFile("collations", PackageResources.collations_sql) }
    public static var collationsUpTo14: SQLFile { SQLFile("collations-14", PackageResources.collations_14_sql) }
    public static var databaseIO: SQLFile { SQLFile("database-io", PackageResources.database_io_sql) }
    public static var prepared: SQLFile { SQLFile("prepared", PackageResources.prepared_sql) }
    public static var overdue: SQLFile { SQLFile("overdue", PackageResources.overdue_sql) }
    public static var idsUsed: SQLFile { SQLFile("ids-used", PackageResources.ids_used_sql) }

    /// What a person asks for, beside what a sweep asks.
    public static var activity: SQLFile { SQLFile("activity", PackageResources.activity_sql) }
    public static var autovacuum: SQLFile { SQLFile("autovacuum", PackageResources.autovacuum_sql) }
    public static var conflicts: SQLFile { SQLFile("conflicts", PackageResources.conflicts_sql) }
    public static var databaseSizes: SQLFile { SQLFile("database-sizes", PackageResources.database_sizes_sql) }
    public static var deadTuples: SQLFile { SQLFile("dead-tuples", PackageResources.dead_tuples_sql) }
    public static var horizon: SQLFile { SQLFile("horizon", PackageResources.horizon_sql) }
    public static var idleHolding: SQLFile { SQLFile("idle-holding", PackageResources.idle_holding_sql) }
    public static var oldest: SQLFile { SQLFile("oldest", PackageResources.oldest_sql) }
    public static var progress: SQLFile { SQLFile("progress", PackageResources.progress_sql) }
    public static var progressOn13: SQLFile { SQLFile("progress-13", PackageResources.progress_13_sql) }
    public static var settings: SQLFile { SQLFile("settings", PackageResources.settings_sql) }
    public static var statementsExtension: SQLFile {
        SQLFile("statements-extension", PackageResources.statements_extension_sql)
    }
    public static var statementsInfo: SQLFile { SQLFile("statements-info", PackageResources.statements_info_sql) }
    public static var subscriptions: SQLFile { SQLFile("subscriptions", PackageResources.subscriptions_sql) }
    public static var tableSizes: SQLFile { SQLFile("table-sizes", PackageResources.table_sizes_sql) }
    public static var uselessIndexes: SQLFile { SQLFile("useless-indexes", PackageResources.useless_indexes_sql) }
    public static var walDirectory: SQLFile { SQLFile("wal-directory", PackageResources.wal_directory_sql) }
    public static var wraparound: SQLFile { SQLFile("wraparound", PackageResources.wraparound_sql) }
    public static var wraparoundTables: SQLFile { SQLFile("wraparound-tables", PackageResources.wraparound_tables_sql) }

    public static var all: [SQLFile] {
        [
            databases, deadlockLog, deadlockLogTail, idle, limits, locks, locksOn13, receiver, remedies, server,
            sessions, slots, standbys,
            statements, system,
            transactions,
            activity, autovacuum, conflicts, databaseSizes, deadTuples, horizon, idleHolding, oldest, progress,
            progressOn13, settings, statementsExtension, statementsInfo, subscriptions, tableSizes, uselessIndexes,
            walDirectory, wraparound, wraparoundTables,
            archiver, checkpoints, checkpointsUpTo16, collations, collationsUpTo14, databaseIO, idsUsed, overdue,
            prepared,
        ]
    }
}

import Diagnostics

/// Conditions on PostgreSQL beside the runbook's, off unless the configuration or `--only` names them.
///
/// It reads as the runbook's table does. Above each entry stands where its numbers come from: what check_postgres,
/// postgres_exporter's mixin, pgMonitor and PgHero take by default, or PostgreSQL's own limits.
extension Catalogue {
    static let postgreSQL: [Alert] = [
        // check_postgres warns at 1.3 of 2.1 billion transactions (61 %), pgMonitor at 50 % and at 75 %.
        Alert("PostgreSQLTransactionIDWraparound", .p2, .transactionIDWraparound)
            .when(.postgresql, measured: "transaction ids used", xids, is: .above, 0.60, .ratio, by: "xid")
            .when(.postgresql, measured: "multixact ids used", multixacts, is: .above, 0.60, .ratio, by: "multixact"),
        // An hour is what rules built on postgres_exporter's pg_stat_activity_max_tx_duration take; pgMonitor waits for 12.
        Alert("PostgreSQLLongTransaction", .p3, .longTransaction)
            .when(.postgresql, measured: "oldest transaction", oldestTransaction, is: .above, 3600, .duration),
        // pgMonitor warns after 5 min and becomes critical after 15.
        Alert("PostgreSQLIdleInTransaction", .p3, .idleInTransaction)
            .when(.postgresql, measured: "idle in transaction", idleInTransaction, is: .above, 300, .duration),
        // The mixin takes 1 GB, for 5 min; that is also max_wal_size's default, beyond which a slot makes pg_wal grow.
        Alert("PostgreSQLSlotRetention", .p2, .slotRetention, for: minutes(5))
            .when(.postgresql, measured: "retains", slotRetained, is: .above, gibibyte, .bytes, by: "WAL", .optional)
            .when(.postgresql, measured: "", slotLost, is: .above, 0, lost, by: "lost slots", .optional),
        // pgMonitor and the mixin allow a minute: a receiver that was cut off tries again each 5 s.
        Alert("PostgreSQLStandbyMissing", .p2, .standbyMissing, for: minutes(1))
            .when(.postgresql, measured: "", standbyConnected, is: .below, 1, streams, .optional),
        // check_postgres is critical after 30 s, which a transaction manager under load exceeds; left behind is one after 5 min.
        Alert("PostgreSQLPreparedTransaction", .p2, .preparedTransaction)
            .when(.postgresql, measured: "oldest prepared transaction", prepared, is: .above, 300, .duration),
        // The mixin looks at the same trigger of autovacuum, for 30 min; an hour lets large tables take their time.
        Alert("PostgreSQLAutovacuumStarved", .p3, .autovacuumStarved, for: minutes(60))
            .when(.postgresql, measured: "", overdue, is: .above, 0, overdueTables, by: "tables", .optional)
            .when(
                .postgresql, measured: "autovacuum workers", workers, is: .above, 0.99, .ratio, by: "workers", .optional
            ),
        // None of them has a default; 1 GiB in 5 min is a 1 TB disk written once in 3.5 days, and far beyond work_mem.
        Alert("PostgreSQLTempFiles", .p4, .tempFiles)
            .when(.postgresql, measured: "temporary files in 5 min", tempBytes, is: .above, gibibyte, .bytes),
        // The mixin wants half of all checkpoints timed; over an hour, as there are twelve of them at most by default.
        Alert("PostgreSQLCheckpointPressure", .p3, .checkpointPressure, for: minutes(15))
            .when(.postgresql, measured: "requested checkpoints in 1 h", requested, is: .above, 0.50, .ratio),
        // The mixin takes 98 % for 5 min, PgHero 99 %; of fewer than 10,000 blocks (80 MB) a share says nothing.
        Alert("PostgreSQLCacheHitLow", .p4, .cacheHitLow, for: minutes(5), atLeast: 10_000)
            .when(.postgresql, measured: "cache hits", cacheHits, is: .below, 0.98, .ratio, volume: blocks),
        // None has a default. A client gives up after query_wait_timeout, 2 min; its user much sooner.
        Alert("PgBouncerPoolWaiting", .p2, .poolWaiting, for: minutes(1))
            .when(.pgbouncer, measured: "waited for a connection", poolWait, is: .above, 1, .duration, .optional),
        // check_postgres is critical at 15 segments not archived (240 MiB); pgMonitor when the last try failed 5 min ago.
        Alert("PostgreSQLArchiveFailing", .p2, .archiveFailing, for: minutes(5))
            .when(
                .postgresql, measured: "not archived", backlog, is: .above, mebibytes(240), .bytes, by: "WAL", .optional
            )
            .when(
                .postgresql, measured: "archiving", archiving, is: .above, 0, failsOrWorks, by: "attempts", .optional),
        // pgMonitor: any, until pg_stat_reset() says that it was dealt with.
        Alert("PostgreSQLChecksumFailures", .p1, .checksumFailures)
            .when(.postgresql, measured: "", checksums, is: .above, 0, .count("checksum failures"), .optional),
        // PostgreSQL warns of each at every connection or use (manual, 24.2.2.4.1).
        Alert("PostgreSQLCollationVersionMismatch", .p3, .collationVersionMismatch)
            .when(.postgresql, measured: "", collations, is: .above, 0, .count("collations of another version")),
    ]
}

// MARK: - Expressions

extension Catalogue {
    private static let xids = Expression.latest("diag_postgresql_transaction_ids_used_ratio")
    private static let multixacts = Expression.latest("diag_postgresql_multixact_ids_used_ratio")
    private static let oldestTransaction = Expression.latest("diag_postgresql_oldest_transaction_seconds")
    private static let idleInTransaction = Expression.latest("diag_postgresql_idle_in_transaction_seconds")
    private static let slotRetained = Expression.latest("diag_postgresql_slot_retained_bytes")
    private static let slotLost = Expression.latest("diag_postgresql_slot_lost")
    private static let standbyConnected = Expression.latest("diag_postgresql_standby_connected")
    private static let prepared = Expression.latest("diag_postgresql_oldest_prepared_transaction_seconds")
    private static let overdue = Expression.latest("diag_postgresql_vacuum_overdue_tables")
    private static let workers = Expression.latest("diag_postgresql_autovacuum_workers_used_ratio")
    private static let tempBytes = grown("diag_postgresql_temp_bytes_total")
    private static let poolWait = Expression.latest("diag_pgbouncer_pool_maxwait_seconds")
    private static let backlog = Expression.latest("diag_postgresql_archive_backlog_bytes")
    private static let archiving = Expression.latest("diag_postgresql_archive_failing")
    private static let checksums = Expression.latest("diag_postgresql_checksum_failures_total")
    private static let collations = Expression.latest("diag_postgresql_collation_mismatches")

    /// The share of checkpoints that did not wait for checkpoint_timeout.
    private static let requested = Expression.ratio(
        .sum(.increase(series("diag_postgresql_checkpoints_total", "cause", .equals, "requested"), anHour)),
        of: .sum(.increase("diag_postgresql_checkpoints_total", anHour)), empty: "no checkpoints")

    private static let cacheHits = Expression.ratio(
        .sum(.increase(series(blockRequests, "from", .equals, "cache"), fiveMinutes), by: ["datname"]),
        of: blocks.expression, empty: "no blocks were asked for")

    private static let blocks = Condition.Volume(
        expression: .sum(.increase(Series(blockRequests), fiveMinutes), by: ["datname"]), noun: "blocks")

    private static let blockRequests = "diag_postgresql_block_requests_total"

    private static let anHour = Expression.Span.last(.seconds(3600))

    private static let overdueTables = Unit.count("tables overdue for vacuum")
    private static let lost = Unit.state(one: "is lost", zero: "is kept")
    private static let streams = Unit.state(one: "streams", zero: "does not stream")
    private static let failsOrWorks = Unit.state(one: "fails", zero: "works")

    private static func mebibytes(_ count: Double) -> Double { count * 1_048_576 }
    private static let gibibyte = mebibytes(1024)
}

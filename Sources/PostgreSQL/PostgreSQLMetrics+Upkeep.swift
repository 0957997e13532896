import Diagnostics

/// What only conditions beside the runbook's judge: measured where one of them is looked at, or a person asks.
extension PostgreSQLMetrics {
    public static let transactionIDsUsed = Metric(
        "diag_postgresql_transaction_ids_used_ratio", .gauge,
        "Transaction ids that a database has used of those that there are before the server takes no more writes.")
    public static let multixactIDsUsed = Metric(
        "diag_postgresql_multixact_ids_used_ratio", .gauge,
        "Multixact ids that a database has used of those that there are before the server takes no more writes.")
    public static let preparedTransactions = Metric(
        "diag_postgresql_prepared_transactions", .gauge, "Prepared transactions that were not ended yet.")
    public static let oldestPreparedTransaction = Metric(
        "diag_postgresql_oldest_prepared_transaction_seconds", .gauge,
        "Time since the oldest prepared transaction was prepared, 0 when there is none.")
    public static let vacuumOverdueTables = Metric(
        "diag_postgresql_vacuum_overdue_tables", .gauge,
        "Tables of the connected database with twice the dead rows that trigger autovacuum and no vacuum for an hour.")
    public static let autovacuumWorkersUsed = Metric(
        "diag_postgresql_autovacuum_workers_used_ratio", .gauge,
        "Autovacuum workers at work as a share of autovacuum_max_workers.")
    public static let tempBytes = Metric(
        "diag_postgresql_temp_bytes_total", .counter, "Bytes that queries of a database wrote to temporary files.")
    public static let blockRequests = Metric(
        "diag_postgresql_block_requests_total", .counter,
        "Blocks that a database asked for, by where they came from: cache is shared_buffers, disk is all else.")
    public static let checksumFailures = Metric(
        "diag_postgresql_checksum_failures_total", .counter,
        "Data pages of a database whose checksum was wrong; without datname those that belong to all databases.")
    public static let checkpoints = Metric(
        "diag_postgresql_checkpoints_total", .counter,
        "Checkpoints by what caused them: timed by checkpoint_timeout, or requested.")
    public static let archiveFailing = Metric(
        "diag_postgresql_archive_failing", .gauge,
        "1 when the last attempt to archive WAL failed, 0 when it succeeded; absent where archive_mode is off.")
    public static let archiveBacklog = Metric(
        "diag_postgresql_archive_backlog_bytes", .gauge,
        "WAL written since the last segment that was archived; absent where archive_mode is off.")
    public static let collationMismatches = Metric(
        "diag_postgresql_collation_mismatches", .gauge,
        "Collations of a database whose recorded version is not that of the operating system or ICU.")

    static let upkeep: [Metric] = [
        transactionIDsUsed, multixactIDsUsed, preparedTransactions, oldestPreparedTransaction, vacuumOverdueTables,
        autovacuumWorkersUsed, tempBytes, blockRequests, checksumFailures, checkpoints, archiveFailing, archiveBacklog,
        collationMismatches,
    ]
}

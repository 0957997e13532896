import Diagnostics

/// The metrics' names, units and labels are those of the exporters' own sources: postgres_exporter 0.11 (Debian 12) to 0.20,
/// redis_exporter 1.45 to 1.8x, node_exporter 1.5, blackbox_exporter 0.23, pgbouncer_exporter 0.7. Where a name has changed
/// between these versions both are asked for.
extension Exporter {
    var translations: [Translation] {
        switch self {
        case .postgres: Self.ofPostgres
        case .redis: Self.ofRedis
        case .node: Self.ofNode
        case .blackbox: Self.ofBlackbox
        case .pgbouncer: Self.ofPgBouncer
        }
    }

    private static let each = "by (job, instance)"

    private static let ofPostgres: [Translation] = [
        .value("InstanceDown", at: .postgresql, "pg_up"),
        .impossible(
            "NetworkLatencyHigh", at: .postgresql,
            "it connects from where it runs and does not say how long that took; blackbox_exporter's icmp module measures it"
        ),
        .value(
            "PostgreSQLConnectionsExhausted", at: .postgresql,
            "sum \(each) (pg_stat_database_numbackends) / (max \(each) (pg_settings_max_connections)"
                + " - max \(each) (pg_settings_superuser_reserved_connections))",
            note:
                "reserved_connections (16 and later), limits of databases and roles, and \"too many clients\" are not seen"
        ),
        .value(
            "PostgreSQLReplicationLag", at: .postgresql,
            "((pg_replication_lag_seconds or pg_replication_lag) and on (job, instance) pg_replication_is_replica == 1)",
            note:
                "0 when all that was received is replayed, so that a cut link looks well; before 0.12 an idle primary looks late"
        ),
        .value("PostgreSQLDeadlocks", at: .postgresql, "increase(pg_stat_database_deadlocks[STEP])"),
        .value(
            "PostgreSQLTransactionIDWraparound", at: .postgresql, by: "xid",
            "pg_database_wraparound_age_datfrozenxid_seconds / 2144483647",
            note: "the collector database_wraparound must be on; its unit is transactions, whatever its name says"),
        .value(
            "PostgreSQLTransactionIDWraparound", at: .postgresql, by: "multixact",
            "pg_database_wraparound_age_datminmxid_seconds / 2144483647",
            note: "the collector database_wraparound must be on; its unit is multixacts, whatever its name says"),
        .value(
            "PostgreSQLLongTransaction", at: .postgresql,
            "max by (job, instance, datname) (pg_stat_activity_max_tx_duration)"),
        .value(
            "PostgreSQLIdleInTransaction", at: .postgresql,
            "max by (job, instance, datname) (pg_stat_activity_max_tx_duration{state=~\"idle in transaction.*\"})",
            note: "the age of the transaction, of which it may have idled for a part only"),
        .value(
            "PostgreSQLSlotRetention", at: .postgresql, by: "WAL",
            "max by (job, instance, slot_name) (pg_replication_slots_pg_wal_lsn_diff)"),
        .expression(
            "PostgreSQLSlotRetention", at: .postgresql, by: "lost slots",
            "max by (job, instance, slot_name) ({__name__=~\"pg_replication_slots?_wal_status\",wal_status=\"lost\"}) > 0",
            note: "from version 0.16"),
        .impossible("PostgreSQLStandbyMissing", at: .postgresql, "it does not know which standbys are expected"),
        .impossible("PostgreSQLPreparedTransaction", at: .postgresql, "it does not look at pg_prepared_xacts"),
        .impossible(
            "PostgreSQLAutovacuumStarved", at: .postgresql, by: "tables",
            "the tables' own settings, which decide when autovacuum comes, are not among its metrics"),
        .impossible(
            "PostgreSQLAutovacuumStarved", at: .postgresql, by: "workers",
            "it tells when workers began, not how many there may be"),
        .value("PostgreSQLTempFiles", at: .postgresql, "increase(pg_stat_database_temp_bytes[5m])"),
        .value(
            "PostgreSQLCheckpointPressure", at: .postgresql,
            "sum \(each) (\(checkpoints("req", "requested"))) / sum \(each) (\(checkpoints("req", "requested"))"
                + " + \(checkpoints("timed", "timed")))"),
        .value(
            "PostgreSQLCacheHitLow", at: .postgresql,
            "sum by (job, instance, datname) (increase(pg_stat_database_blks_hit[5m]))"
                + " / (sum by (job, instance, datname) (increase(pg_stat_database_blks_hit[5m]))"
                + " + sum by (job, instance, datname) (increase(pg_stat_database_blks_read[5m])))"),
        .impossible(
            "PostgreSQLArchiveFailing", at: .postgresql, by: "WAL",
            "it does not tell the position of the last archived segment"),
        .value(
            "PostgreSQLArchiveFailing", at: .postgresql, by: "attempts", "increase(pg_stat_archiver_failed_count[5m])",
            note: "any failed attempt within five minutes, and not whether the last one failed"),
        .impossible("PostgreSQLChecksumFailures", at: .postgresql, "it does not look at checksum_failures"),
        .impossible(
            "PostgreSQLCollationVersionMismatch", at: .postgresql, "it does not look at the versions of collations"),
    ]

    /// Under its name since PostgreSQL 17, the one before, and that of versions before 0.12.
    private static func checkpoints(_ cause: String, _ newCause: String) -> String {
        let names = [
            "pg_stat_checkpointer_num_\(newCause)_total", "pg_stat_bgwriter_checkpoints_\(cause)_total",
            "pg_stat_bgwriter_checkpoints_\(cause)",
        ]
        return "(" + names.map { "increase(\($0)[1h])" }.joined(separator: " or ") + ")"
    }

    private static let ofNode: [Translation] = [
        .value(
            "HighCPUUsage", at: .host,
            "sum \(each) (rate(node_cpu_seconds_total{mode!~\"idle|iowait|steal\"}[STEP]))"
                + " / sum \(each) (rate(node_cpu_seconds_total{mode!=\"steal\"}[STEP]))",
            note: "of the machine, whatever quota a container has"),
        .value(
            "HighMemoryUsage", at: .host, "(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)",
            note: "of the machine, whatever limit a container has"),
        .value(
            "DiskSpaceLow", at: .host,
            "(node_filesystem_size_bytes{\(realDisks)} - node_filesystem_free_bytes)"
                + " / (node_filesystem_size_bytes - node_filesystem_free_bytes + node_filesystem_avail_bytes)",
            note: "as df counts; a device that is mounted twice is told twice"),
        .value(
            "DiskSpaceLow", at: .host, by: "inodes",
            "(1 - node_filesystem_files_free{\(realDisks)} / (node_filesystem_files > 0))"),
    ]

    private static let realDisks = "fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660|erofs|devtmpfs|autofs\""

    private static let ofBlackbox: [Translation] = [
        .value("InstanceDown", at: .http, "probe_success", note: "of every module that looks at an instance"),
        .value(
            "CertificateExpiringSoon", at: .tls,
            "(((probe_ssl_last_chain_expiry_timestamp_seconds > 0) or probe_ssl_earliest_cert_expiry) - time())",
            note: "of the verified chain; of what was sent where the module does not verify"),
        .value(
            "NetworkLatencyHigh", at: .postgresql, "probe_icmp_duration_seconds{phase=\"rtt\"}",
            note: "a ping from where the exporter runs, to whatever it is pointed at"),
        .impossible(
            "HighErrorRate", at: .http, "it asks one URL now and then; what users get only the application counts"),
        .impossible(
            "APILatencyHigh", at: .http, "it times its own request; what users wait only the application measures"),
        .impossible("DebateTimeout", at: .http, by: "running debates", "it reads no application's metrics"),
        .impossible("DebateTimeout", at: .http, by: "ended debates", "it reads no application's metrics"),
        .impossible("AgentQuotaExceeded", at: .http, by: "quota", "it reads no application's metrics"),
        .impossible("AgentQuotaExceeded", at: .http, by: "refused calls", "it reads no application's metrics"),
        .impossible("AuthFailuresSpike", at: .http, by: "counter", "it reads no application's metrics"),
        .impossible("RateLimitTriggered", at: .http, by: "counter", "it reads no application's metrics"),
    ]

    private static let ofPgBouncer: [Translation] = [
        .value("InstanceDown", at: .pgbouncer, "pgbouncer_up"),
        .impossible("NetworkLatencyHigh", at: .pgbouncer, "it does not say how long connecting took"),
        .value(
            "PostgreSQLConnectionsExhausted", at: .pgbouncer,
            "pgbouncer_used_clients / pgbouncer_config_max_client_connections"),
        .value(
            "PgBouncerPoolWaiting", at: .pgbouncer,
            "max by (job, instance, database) (pgbouncer_pools_client_maxwait_seconds)"),
    ]
}

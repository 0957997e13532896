import Diagnostics
import Network

/// Everything that a PostgreSQL probe can measure.
public enum PostgreSQLMetrics {
    public static let tcpConnect = Metric(
        "diag_tcp_connect_seconds", .gauge, "Time to establish the TCP connection, without name look-up, TLS and login."
    )

    public static let inRecovery = Metric(
        "diag_postgresql_in_recovery", .gauge, "1 on a standby, 0 on a primary.")
    public static let startTime = Metric(
        "diag_postgresql_start_time_seconds", .gauge, "Start of the server, seconds since 1970.")

    public static let connectionsUsedRatio = Metric(
        "diag_postgresql_connections_used_ratio", .gauge,
        "Client sessions as a share of those that ordinary roles can have (max_connections without reserved slots).")
    public static let connections = Metric(
        "diag_postgresql_connections", .gauge, "Client sessions by state.")
    public static let connectionsMax = Metric(
        "diag_postgresql_connections_max", .gauge, "Sessions that ordinary roles can have together.")
    public static let limitUsedRatio = Metric(
        "diag_postgresql_connection_limit_used_ratio", .gauge,
        "Sessions of a database or role as a share of its own CONNECTION LIMIT.")
    public static let idleSessions = Metric(
        "diag_postgresql_idle_sessions", .gauge, "Sessions idle for longer than the threshold, in no transaction.")
    public static let idleInTransactionSessions = Metric(
        "diag_postgresql_idle_in_transaction_sessions", .gauge,
        "Sessions idle in a transaction for longer than the threshold for idle sessions.")
    public static let longTransactions = Metric(
        "diag_postgresql_long_transactions", .gauge, "Transactions open for longer than the threshold.")
    public static let oldestTransaction = Metric(
        "diag_postgresql_oldest_transaction_seconds", .gauge,
        "Time since the oldest open transaction of a client began, 0 when none is open.")
    public static let idleInTransaction = Metric(
        "diag_postgresql_idle_in_transaction_seconds", .gauge,
        "Time for which a client has longest been idle in a transaction, 0 when none is.")
    public static let lockWaiters = Metric(
        "diag_postgresql_lock_waiters", .gauge, "Backends that wait for a heavyweight lock.")

    public static let replicationLag = Metric(
        "diag_postgresql_replication_lag_seconds", .gauge,
        "How far what a standby shows is behind the primary, in time.")
    public static let replicationLagBytes = Metric(
        "diag_postgresql_replication_lag_bytes", .gauge,
        "How far what a standby shows is behind the primary, in WAL.")
    public static let standbyConnected = Metric(
        "diag_postgresql_standby_connected", .gauge, "1 when an expected standby streams from this server, 0 when not.")
    public static let receiverStreaming = Metric(
        "diag_postgresql_wal_receiver_streaming", .gauge, "1 when this standby's WAL receiver streams, 0 when not.")
    public static let replayPaused = Metric(
        "diag_postgresql_replay_paused", .gauge, "1 when replay is paused on this standby.")
    public static let walPosition = Metric(
        "diag_postgresql_wal_position_bytes", .gauge,
        "Position in the WAL: current on a primary, received and replayed on a standby.")
    public static let slotRetained = Metric(
        "diag_postgresql_slot_retained_bytes", .gauge, "WAL that a replication slot keeps on disk.")
    public static let slotLost = Metric(
        "diag_postgresql_slot_lost", .gauge,
        "1 when WAL that a replication slot needs is gone, so that its consumer must be built anew, 0 when not.")
    public static let slotActive = Metric(
        "diag_postgresql_slot_active", .gauge, "1 when a replication slot has a consumer, 0 when not.")

    public static let deadlocks = Metric(
        "diag_postgresql_deadlocks_total", .counter, "Deadlocks detected in a database.")
    public static let conflicts = Metric(
        "diag_postgresql_recovery_conflicts_total", .counter, "Statements cancelled on a standby by replay.")

    public static let all: [Metric] =
        [
            tcpConnect, inRecovery, startTime, connectionsUsedRatio, connections, connectionsMax, limitUsedRatio,
            idleSessions, idleInTransactionSessions, longTransactions, oldestTransaction, idleInTransaction,
            lockWaiters, replicationLag, replicationLagBytes,
            standbyConnected, receiverStreaming, replayPaused, walPosition, slotRetained, slotActive, slotLost,
            deadlocks,
            conflicts,
        ] + upkeep + ConnectionMetrics.all
}

import Diagnostics

/// Everything that is measured at a PgBouncer console.
public enum PoolerMetrics {
    public static let waitingClients = Metric(
        "diag_pgbouncer_pool_waiting_clients", .gauge, "Clients that wait for a server connection of the pool.")
    public static let longestWait = Metric(
        "diag_pgbouncer_pool_maxwait_seconds", .gauge,
        "How long the client at the head of the pool's queue has waited; 0 when nobody waits.")
    public static let activeClients = Metric(
        "diag_pgbouncer_pool_active_clients", .gauge, "Clients of the pool that do not wait.")
    public static let servers = Metric(
        "diag_pgbouncer_pool_server_connections", .gauge,
        "Server connections of the pool by state: active, idle, used, tested, login, cancel.")
    public static let poolSize = Metric(
        "diag_pgbouncer_pool_size", .gauge, "Server connections that the pool may have, without the reserve.")
    public static let poolUsedRatio = Metric(
        "diag_pgbouncer_pool_used_ratio", .gauge, "Active server connections as a share of the pool's size.")

    public static let clients = Metric(
        "diag_pgbouncer_clients", .gauge, "Client connections, the console's own among them.")
    public static let clientsMax = Metric(
        "diag_pgbouncer_clients_max", .gauge, "Client connections that PgBouncer takes (max_client_conn).")
    public static let clientsUsedRatio = Metric(
        "diag_pgbouncer_clients_used_ratio", .gauge, "Client connections as a share of max_client_conn.")

    public static let paused = Metric("diag_pgbouncer_database_paused", .gauge, "1 when the database is paused.")
    public static let disabled = Metric(
        "diag_pgbouncer_database_disabled", .gauge, "1 when the database takes no new clients.")
    public static let queries = Metric(
        "diag_pgbouncer_queries_total", .counter, "Statements sent on for a database.")
    public static let transactions = Metric(
        "diag_pgbouncer_transactions_total", .counter, "Transactions sent on for a database.")
    public static let waited = Metric(
        "diag_pgbouncer_client_wait_seconds_total", .counter, "Time that clients waited for a server connection.")

    public static let all: [Metric] = [
        PostgreSQLMetrics.tcpConnect, waitingClients, longestWait, activeClients, servers, poolSize, poolUsedRatio,
        clients,
        clientsMax, clientsUsedRatio, paused, disabled, queries, transactions, waited,
    ]
}

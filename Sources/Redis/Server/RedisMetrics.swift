import Diagnostics
import Network

/// Everything a `RedisProbe` can measure. Counters carry the server's run id as their identity: a restart begins anew.
public enum RedisMetrics {
    public static let connectTime = Metric(
        "diag_tcp_connect_seconds", .gauge, "Time to establish the TCP connection, without name look-up, TLS and login."
    )
    public static let info = Metric(
        "diag_redis_info", .gauge, "Always 1, with version, mode, role and run id of the server as labels.")
    public static let uptime = Metric("diag_redis_uptime_seconds", .gauge, "Time since the server started.")

    public static let memoryUsedRatio = Metric(
        "diag_redis_memory_used_ratio", .gauge,
        "Memory counted against maxmemory over maxmemory; without one, resident memory over what the host or container has."
    )
    public static let memoryUsed = Metric("diag_redis_memory_used_bytes", .gauge, "used_memory of INFO.")
    public static let memoryResident = Metric("diag_redis_memory_rss_bytes", .gauge, "used_memory_rss of INFO.")
    public static let memoryPeak = Metric("diag_redis_memory_peak_bytes", .gauge, "used_memory_peak of INFO.")
    public static let memoryLimit = Metric(
        "diag_redis_memory_max_bytes", .gauge, "maxmemory of INFO; 0 when no limit is set.")
    public static let memoryNotCounted = Metric(
        "diag_redis_memory_not_counted_for_evict_bytes", .gauge,
        "Buffers that are left out when memory is compared with maxmemory.")
    public static let fragmentation = Metric(
        "diag_redis_memory_fragmentation_ratio", .gauge, "mem_fragmentation_ratio of INFO.")

    public static let clientsConnected = Metric("diag_redis_clients_connected", .gauge, "Clients connected.")
    public static let clientsBlocked = Metric(
        "diag_redis_clients_blocked", .gauge, "Clients waiting in a blocking command.")
    public static let clientsMaximum = Metric("diag_redis_clients_max", .gauge, "maxclients of the server.")
    public static let clientsUsedRatio = Metric(
        "diag_redis_clients_used_ratio", .gauge,
        "Clients, replicas and links of the cluster over maxclients: at 1 new ones are refused.")
    public static let connectionsReceived = Metric(
        "diag_redis_connections_received_total", .counter, "Connections accepted.")
    public static let connectionsRejected = Metric(
        "diag_redis_connections_rejected_total", .counter, "Connections refused because of maxclients.")

    public static let commands = Metric("diag_redis_commands_processed_total", .counter, "Commands processed.")
    public static let operationsPerSecond = Metric(
        "diag_redis_operations_per_second", .gauge, "instantaneous_ops_per_sec of INFO.")
    public static let keyspaceHits = Metric("diag_redis_keyspace_hits_total", .counter, "Lookups that found the key.")
    public static let keyspaceMisses = Metric(
        "diag_redis_keyspace_misses_total", .counter, "Lookups that did not find the key.")
    public static let keyspaceLookups = Metric(
        "diag_redis_keyspace_lookups_total", .counter, "Lookups of a key, found or not.")
    public static let expiredKeys = Metric("diag_redis_expired_keys_total", .counter, "Keys removed by expiry.")
    public static let evictedKeys = Metric("diag_redis_evicted_keys_total", .counter, "Keys removed to make room.")
    public static let writesRefused = Metric(
        "diag_redis_writes_refused_total", .counter,
        "Errors that refuse a write, by their name: OOM, MISCONF, NOREPLICAS, READONLY (6.2 and later).")
    public static let accessDenied = Metric(
        "diag_redis_acl_denied_total", .counter,
        "What the access list refused, by reason: auth, command, key or channel (7.2 and later).")
    public static let slowlogLength = Metric("diag_redis_slowlog_entries", .gauge, "Entries in the slow log.")
    public static let slowlogRecent = Metric(
        "diag_redis_slowlog_recent_entries", .gauge, "Entries in the slow log that are at most five minutes old.")
    public static let slowlogLastID = Metric(
        "diag_redis_slowlog_last_id", .gauge,
        "Number of the newest entry in the slow log, counted since the server started.")
    public static let slowlogLast = Metric(
        "diag_redis_slowlog_last_duration_seconds", .gauge, "How long the newest command in the slow log ran.")
    public static let cpu = Metric(
        "diag_redis_cpu_seconds_total", .counter, "CPU time of the server's process by mode, user or system.")

    public static let keys = Metric("diag_redis_keys", .gauge, "Keys of a database.")
    public static let keysExpiring = Metric("diag_redis_keys_expiring", .gauge, "Keys of a database that have a TTL.")

    public static let replicas = Metric("diag_redis_connected_replicas", .gauge, "Replicas connected to this server.")
    public static let replicaLag = Metric(
        "diag_redis_replica_lag_seconds", .gauge, "Time since a replica last reported to its master.")
    public static let replicaLagBytes = Metric(
        "diag_redis_replica_lag_bytes", .gauge, "What the master has written and a replica has not yet acknowledged.")
    public static let replicationOffset = Metric(
        "diag_redis_replication_offset_bytes", .gauge,
        "How far this server is in the stream of writes, by its role; servers of one stream can be compared.")
    public static let masterLinkUp = Metric(
        "diag_redis_master_link_up", .gauge, "On a replica: 1 while the link to its master is up, else 0.")
    public static let masterSilence = Metric(
        "diag_redis_master_last_io_seconds", .gauge, "On a replica: time since its master was last heard.")
    public static let masterLinkDown = Metric(
        "diag_redis_master_link_down_seconds", .gauge, "On a replica: time for which the link has been down.")

    public static let loading = Metric("diag_redis_loading", .gauge, "1 while the server reads its data from disk.")
    public static let lastSaveSucceeded = Metric(
        "diag_redis_rdb_last_save_success", .gauge, "1 when the last background save succeeded, else 0.")
    public static let lastSaveTime = Metric(
        "diag_redis_rdb_last_save_timestamp_seconds", .gauge, "When the last save succeeded, as Unix time.")
    public static let unsavedChanges = Metric(
        "diag_redis_rdb_changes_since_last_save", .gauge, "Changes since the last save.")
    public static let unsavedTime = Metric(
        "diag_redis_rdb_unsaved_seconds", .gauge, "Time since the last save while there are changes since; else 0.")
    public static let appendOnly = Metric("diag_redis_aof_enabled", .gauge, "1 when the append-only file is on.")
    public static let lastAppendSucceeded = Metric(
        "diag_redis_aof_last_write_success", .gauge, "1 when the last write of the append-only file succeeded, else 0.")
    public static let lastRewriteSucceeded = Metric(
        "diag_redis_aof_last_rewrite_success", .gauge,
        "1 when the last rewrite of the append-only file succeeded, else 0.")

    public static let all = own + ConnectionMetrics.all

    private static let own = [
        connectTime, info, uptime, memoryUsedRatio, memoryUsed, memoryResident, memoryPeak, memoryLimit,
        memoryNotCounted, fragmentation, clientsConnected, clientsBlocked, clientsMaximum, clientsUsedRatio,
        connectionsReceived, connectionsRejected, commands, operationsPerSecond, keyspaceHits, keyspaceMisses,
        keyspaceLookups, expiredKeys, evictedKeys, writesRefused, accessDenied, slowlogLength, slowlogRecent,
        slowlogLastID, slowlogLast, cpu, keys, keysExpiring, replicas, replicaLag, replicaLagBytes, replicationOffset,
        masterLinkUp, masterSilence, masterLinkDown, loading, lastSaveSucceeded, lastSaveTime, unsavedChanges,
        unsavedTime, appendOnly, lastAppendSucceeded, lastRewriteSucceeded,
    ]
}

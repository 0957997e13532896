import Diagnostics

extension RedisInfo {
    public struct Server: Sendable, Hashable {
        public let version: String?
        /// `Valkey` and its own version where the server is a fork that says so.
        public let fork: String?
        /// `standalone`, `cluster` or `sentinel`.
        public let mode: String?
        /// Changes with every start of the process.
        public let runID: String?
        public let uptimeSeconds: Int64?
        public let configFile: String?
        public let operatingSystem: String?

        /// `Redis 7.0.15`, `Valkey 8.0.1`.
        public var software: String { fork ?? "Redis \(version ?? "of unknown version")" }
    }

    public var server: Server {
        let valkey = text("valkey_version").map { "Valkey \($0)" }
        return Server(
            version: text("redis_version"), fork: valkey, mode: text("redis_mode") ?? text("server_mode"),
            runID: text("run_id"), uptimeSeconds: integer("uptime_in_seconds"), configFile: text("config_file"),
            operatingSystem: text("os"))
    }

    public struct Clients: Sendable, Hashable {
        public let connected: Int64?
        public let blocked: Int64?
        public let maximum: Int64?
        /// Links to other nodes of a cluster, which maxclients bounds too (7.0 and later).
        public let clusterLinks: Int64?
    }

    public var clients: Clients {
        Clients(
            connected: integer("connected_clients"), blocked: integer("blocked_clients"),
            maximum: integer("maxclients"), clusterLinks: integer("cluster_connections"))
    }

    /// Of all connections that maxclients bounds, as networking.c counts them: clients, replicas, links of the cluster. At 1
    /// the next one is refused. Nil where INFO does not tell maxclients.
    var clientsUsedRatio: Double? {
        guard let connected = clients.connected, let maximum = clients.maximum, maximum > 0 else { return nil }
        let others = Int64(replication.replicas.count) + (clients.clusterLinks ?? 0)
        return (Double(connected) + Double(others)) / Double(maximum)
    }

    public struct Persistence: Sendable, Hashable {
        public let isLoading: Bool?
        public let loadedShare: Double?
        public let changesSinceLastSave: Int64?
        public let lastSaveTime: Int64?
        public let lastSaveSucceeded: Bool?
        public let isSaving: Bool?
        public let appendOnly: Bool?
        public let lastAppendSucceeded: Bool?
        public let lastRewriteSucceeded: Bool?
    }

    /// Seconds for which there have been changes that no snapshot holds, at most: the age of the last one; 0 where nothing
    /// has changed since. Counted by the server's own clock from 6.2 on.
    func unsavedSeconds(at now: Timestamp) -> Double? {
        guard let changes = persistence.changesSinceLastSave, let saved = persistence.lastSaveTime else { return nil }
        return changes == 0 ? 0 : max(0, now.secondsSinceEpoch - Double(saved))
    }

    public var persistence: Persistence {
        Persistence(
            isLoading: flag("loading"), loadedShare: number("loading_loaded_perc").map { $0 / 100 },
            changesSinceLastSave: integer("rdb_changes_since_last_save"), lastSaveTime: integer("rdb_last_save_time"),
            lastSaveSucceeded: text("rdb_last_bgsave_status").map { $0 == "ok" },
            isSaving: flag("rdb_bgsave_in_progress"), appendOnly: flag("aof_enabled"),
            lastAppendSucceeded: text("aof_last_write_status").map { $0 == "ok" },
            lastRewriteSucceeded: text("aof_last_bgrewrite_status").map { $0 == "ok" })
    }

    public struct Stats: Sendable, Hashable {
        public let connectionsReceived: Int64?
        public let commandsProcessed: Int64?
        public let operationsPerSecond: Double?
        public let rejectedConnections: Int64?
        public let expiredKeys: Int64?
        public let evictedKeys: Int64?
        public let keyspaceHits: Int64?
        public let keyspaceMisses: Int64?
        public let latestForkSeconds: Double?

        /// Since the counters began; nil without a lookup.
        public var hitRatio: Double? {
            guard let hits = keyspaceHits, let lookups, lookups > 0 else { return nil }
            return Double(hits) / lookups
        }

        /// Found or not, since the counters began.
        var lookups: Double? {
            guard let hits = keyspaceHits, let misses = keyspaceMisses, hits >= 0, misses >= 0 else { return nil }
            return Double(hits) + Double(misses)
        }
    }

    public var stats: Stats {
        Stats(
            connectionsReceived: integer("total_connections_received"),
            commandsProcessed: integer("total_commands_processed"),
            operationsPerSecond: number("instantaneous_ops_per_sec"),
            rejectedConnections: integer("rejected_connections"), expiredKeys: integer("expired_keys"),
            evictedKeys: integer("evicted_keys"), keyspaceHits: integer("keyspace_hits"),
            keyspaceMisses: integer("keyspace_misses"),
            latestForkSeconds: number("latest_fork_usec").map { $0 / 1e6 })
    }

    public struct CPU: Sendable, Hashable {
        public let systemSeconds: Double?
        public let userSeconds: Double?
    }

    public var cpu: CPU { CPU(systemSeconds: number("used_cpu_sys"), userSeconds: number("used_cpu_user")) }

    /// One database that has keys: `db0:keys=3,expires=1,avg_ttl=2500`.
    public struct Database: Sendable, Hashable {
        public let index: Int
        public let keys: Int64
        public let expiring: Int64
        /// Seconds, estimated from samples; nil where nothing has a TTL.
        public let averageTTL: Double?
    }

    /// In the order of their numbers. Databases without keys are not served.
    public var databases: [Database] {
        values(withPrefix: "db").compactMap { suffix, value in
            guard let index = Int(suffix) else { return nil }
            let parts = InfoParts(value)
            guard index >= 0, let keys = parts.integer("keys") else { return nil }
            return Database(
                index: index, keys: keys, expiring: parts.integer("expires") ?? 0,
                averageTTL: parts.number("avg_ttl").flatMap { $0 > 0 ? $0 / 1000 : nil })
        }.sorted { $0.index < $1.index }
    }

    /// Of one command: `cmdstat_get:calls=3,usec=12,usec_per_call=4.00,rejected_calls=0,failed_calls=0`.
    public struct CommandStatistics: Sendable, Hashable {
        public let command: String
        public let calls: Int64
        public let seconds: Double

        /// Seconds of one call; 0 where there was none.
        public var mean: Double { calls > 0 ? seconds / Double(calls) : 0 }
    }

    public var commandStatistics: [CommandStatistics] {
        values(withPrefix: "cmdstat_").compactMap { command, value in
            let parts = InfoParts(value)
            guard let calls = parts.integer("calls"), let microseconds = parts.number("usec") else { return nil }
            return CommandStatistics(command: String(command), calls: calls, seconds: microseconds / 1e6)
        }
    }

    /// How often commands failed, by the first word of the error: `OOM`, `WRONGTYPE` (6.2 and later).
    public var errors: [String: Int64] {
        Dictionary(
            values(withPrefix: "errorstat_").compactMap { name, value in
                InfoParts(value).integer("count").map { (String(name), $0) }
            }, uniquingKeysWith: { $1 })
    }

    /// How often each error that refuses a write was answered; nil before 6.2, which does not count errors.
    public var refusedWrites: [String: Int64]? {
        guard integer("total_error_replies") != nil else { return nil }
        let errors = errors
        return Dictionary(
            uniqueKeysWithValues: ["OOM", "MISCONF", "NOREPLICAS", "READONLY"].map { ($0, errors[$0] ?? 0) })
    }

    /// How often the access list turned a client away, by what was refused (7.2 and later).
    public var deniedAccess: [String: Int64] {
        let fields = [("auth", "auth"), ("command", "cmd"), ("key", "key"), ("channel", "channel")]
        return Dictionary(
            uniqueKeysWithValues: fields.compactMap { reason, field in
                integer("acl_access_denied_\(field)").map { (reason, $0) }
            })
    }

    /// The rest of the name with the value, for all fields that begin with `prefix`, in the order of the sections.
    func values(withPrefix prefix: String) -> [(Substring, String)] {
        sections.flatMap { section in
            section.fields.filter { $0.name.hasPrefix(prefix) }.map { ($0.name.dropFirst(prefix.count), $0.value) }
        }
    }
}

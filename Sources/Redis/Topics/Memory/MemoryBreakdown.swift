import Diagnostics

/// What used memory consists of, by MEMORY STATS (4.0 and later) or else by what INFO tells of it.
struct MemoryBreakdown: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        /// For people: `client buffers`.
        let name: String
        let bytes: Int64
    }

    let used: Int64?
    /// In a fixed order, those that take something.
    let parts: [Part]
    private let keys: Int64?
    private let bytesPerKey: Int64?
    private let info: RedisInfo

    init(_ info: RedisInfo, stats: RESPValue?) {
        self.info = info
        let memory = info.memory
        let stats = MemoryStats(stats)
        used = stats["total.allocated"] ?? memory.used
        keys = stats["keys.count"]
        bytesPerKey = stats["keys.bytes-per-key"]
        let known: [(String, Int64?)] = [
            ("values and keys", stats["dataset.bytes"] ?? memory.dataset),
            ("hash tables of keys", stats.hashTables), ("hash tables of expiries", stats.expiryTables),
            ("client buffers", stats["clients.normal"] ?? memory.clientBuffers),
            ("replica buffers", stats["clients.slaves"] ?? memory.replicaBuffers),
            ("replication backlog", stats["replication.backlog"] ?? memory.backlog),
            ("append-only buffer", stats["aof.buffer"] ?? memory.appendOnlyBuffer),
            ("scripts", stats["lua.caches"] ?? memory.scripts), ("functions", stats["functions.caches"]),
            ("cluster links", stats["cluster.links"] ?? memory.clusterLinks),
            ("taken at the start", stats["startup.allocated"] ?? memory.startup),
        ]
        let named = known.compactMap { name, bytes in bytes.map { Part(name: name, bytes: $0) } }.filter {
            $0.bytes > 0
        }
        let rest = (used ?? 0) - named.reduce(0) { $0 + $1.bytes }
        // Read at moments that differ a little: what is left may be less than nothing.
        parts = named + (rest > 0 && !named.isEmpty ? [Part(name: "other", bytes: rest)] : [])
    }

    var partTable: Evidence? {
        guard let used, used > 0, !parts.isEmpty else { return nil }
        let rows = parts.sorted { ($0.bytes, $1.name) > ($1.bytes, $0.name) }.map { part -> [Cell] in
            [.text(part.name), .bytes(part.bytes), .ratio(Double(part.bytes) / Double(used))]
        }
        return .table(
            "redis.memory.parts", "What used memory consists of" + keyWords, columns: ["part", "size", "share"],
            rows: rows)
    }

    private var keyWords: String {
        guard let keys, keys > 0, let bytesPerKey else { return "" }
        return " (\(Count.of(keys, "key")), \(Units.bytes(bytesPerKey)) each on average)"
    }

    /// From what Redis asked for up to what the process takes.
    var processTable: Evidence? {
        let sizes: [(String, Int64?)] = [
            ("asked for by Redis", info.integer("used_memory")),
            ("in pages of the allocator", info.integer("allocator_active")),
            ("pages that the allocator keeps", info.integer("allocator_resident")),
            ("resident in all", info.integer("used_memory_rss")),
            ("the most that was asked for", info.integer("used_memory_peak")),
            ("at the last fork: copied on write", info.lastCopyOnWrite),
        ]
        let rows = sizes.compactMap { name, size in size.map { [Cell.text(name), .bytes($0)] } }
        return rows.isEmpty
            ? nil : .table("redis.memory.process", "The process", columns: ["memory", "size"], rows: rows)
    }
}

extension RedisInfo {
    /// Memory that the last save or rewrite took on top, as pages were written meanwhile. Nil before 4.0, or when there was
    /// none.
    var lastCopyOnWrite: Int64? {
        [integer("rdb_last_cow_size"), integer("aof_last_cow_size")].compactMap { $0 }.max().flatMap {
            $0 > 0 ? $0 : nil
        }
    }
}

/// MEMORY STATS: names and numbers in turn; for each database a list of its own.
struct MemoryStats: Sendable {
    private var numbers: [String: Int64] = [:]
    private(set) var hashTables: Int64?
    private(set) var expiryTables: Int64?

    init(_ reply: RESPValue?) {
        let values = reply?.array ?? []
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            guard let name = values[index].text else { continue }
            if let number = values[index + 1].integer {
                numbers[name] = number
            } else if name.hasPrefix("db."), let database = values[index + 1].array {
                add(database)
            }
        }
    }

    subscript(name: String) -> Int64? { numbers[name] }

    private mutating func add(_ database: [RESPValue]) {
        for index in stride(from: 0, to: database.count - 1, by: 2) {
            guard let bytes = database[index + 1].integer else { continue }
            switch database[index].text {
            case "overhead.hashtable.main": hashTables = (hashTables ?? 0) + bytes
            case "overhead.hashtable.expires": expiryTables = (expiryTables ?? 0) + bytes
            default: break
            }
        }
    }
}

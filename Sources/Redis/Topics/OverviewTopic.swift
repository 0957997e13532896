import Diagnostics

extension RedisProbe.Question {
    /// All that INFO says, in short. Evidence: `redis.memory`, `….memory.limit`, `….memory.headroom`, `redis.eviction`,
    /// `redis.clients`, `redis.keyspace`, `redis.replication`, `redis.replicas`, `redis.persistence`, `redis.commands`.
    public static let overview = Self(OverviewTopic())
}

/// What the conditions and a first look need.
struct OverviewTopic: Topic {
    let asks = [RedisCommand("SLOWLOG", "LEN")]
    let metrics = [RedisMetrics.memoryUsedRatio]

    func asksMore(after reading: Reading) -> [RedisCommand] { MemoryLimit.asks(after: reading) }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        let info = reading.info
        let memory = MemoryLimit.completed(reading)
        content.sampleMemory(memory, hostMemory: reading.settings.hostMemory)
        content.sampleClients(info)
        content.sampleActivity(info)
        content.sampleKeyspace(info)
        content.sampleRefusals(info)
        content.samplePersistence(
            info.persistence, unsavedSeconds: info.unsavedSeconds(at: reading.serverTime))
        content.sampleReplication(info.replication)
        if case .integer(let length)? = reading["SLOWLOG", "LEN"] { content.add(RedisMetrics.slowlogLength, length) }
        content.evidence += memory.facts(hostMemory: reading.settings.hostMemory) + [memory.table]
        content.evidence += [memory.eviction(info.stats), clientTable(info)].compactMap { $0 }
        content.evidence += [keyspaceTable(info), persistence(info.persistence)] + commandTable(info)
        content.evidence += replication(info.replication)
    }
}

// MARK: - Memory

/// The limit where INFO does not tell it: before 3.2.
enum MemoryLimit {
    static func asks(after reading: Reading) -> [RedisCommand] {
        reading.info.memory.maximum == nil
            ? ["maxmemory", "maxmemory-policy"].map { RedisCommand("CONFIG", "GET", $0) } : []
    }

    static func completed(_ reading: Reading) -> RedisInfo.Memory {
        reading.info.memory.completed(
            maximum: reading.integerSetting("maxmemory"), policy: reading.setting("maxmemory-policy"))
    }
}

extension RedisInfo.Memory {
    func facts(hostMemory: Int64?) -> [Evidence] {
        let limit = MemoryUse(self, hostMemory: hostMemory).map {
            Evidence.fact("redis.memory.limit", "Memory judged against", $0.sentence)
        }
        let headroom = MemoryUse.headroomNote(self, hostMemory: hostMemory).map {
            Evidence.fact("redis.memory.headroom", "Headroom", $0)
        }
        return [limit, headroom].compactMap { $0 }
    }

    fileprivate var table: Evidence {
        let sizes: [(String, Int64?)] = [
            ("used_memory", used), ("used_memory_rss", resident), ("used_memory_peak", peak),
            ("used_memory_dataset", dataset), ("mem_not_counted_for_evict", notCountedForEviction),
            ("maxmemory", maximum), ("total_system_memory", systemTotal),
        ]
        let rows = sizes.compactMap { name, size in size.map { [Cell.text(name), .bytes($0)] } }
        return .table("redis.memory", "Memory", columns: ["field", "size"], rows: rows)
    }

    /// With a policy that evicts, full is the normal state of a cache, so that it belongs beside the ratio.
    fileprivate func eviction(_ stats: RedisInfo.Stats) -> Evidence? {
        guard let policy else { return nil }
        let evicted = stats.evictedKeys.map { "; \($0) keys evicted since the counters began" } ?? ""
        let meaning =
            policy == "noeviction"
            ? "noeviction: when memory is full, writes are refused" : "\(policy): when memory is full, keys are evicted"
        return .fact("redis.eviction", "Eviction", meaning + evicted)
    }
}

// MARK: - The rest of INFO

extension OverviewTopic {
    private func clientTable(_ info: RedisInfo) -> Evidence {
        let row: [Int64?] = [
            info.clients.connected, info.clients.blocked, info.clients.maximum, info.stats.rejectedConnections,
        ]
        return .table(
            "redis.clients", "Clients", columns: ["connected", "blocked", "maxclients", "rejected so far"],
            rows: [row.map(Cell.init(integer:))])
    }

    private func keyspaceTable(_ info: RedisInfo) -> Evidence {
        let rows = info.databases.map { [Cell.integer(Int64($0.index)), .integer($0.keys), .integer($0.expiring)] }
        let title =
            info.stats.hitRatio.map { "Keys (\(Units.decimal($0 * 100, digits: 0)) % of lookups hit)" } ?? "Keys"
        return .table("redis.keyspace", title, columns: ["db", "keys", "expiring"], rows: rows)
    }

    private func persistence(_ persistence: RedisInfo.Persistence) -> Evidence {
        .fact("redis.persistence", "Persistence", persistence.sentence)
    }

    /// Where the server's time goes, since its counters began.
    private func commandTable(_ info: RedisInfo) -> [Evidence] {
        let costliest = info.commandStatistics.sorted { ($0.seconds, $1.command) > ($1.seconds, $0.command) }.prefix(8)
        guard !costliest.isEmpty else { return [] }
        let rows = costliest.map { statistics -> [Cell] in
            [
                .text(statistics.command), .integer(statistics.calls), .seconds(statistics.seconds),
                .seconds(statistics.mean),
            ]
        }
        return [
            .table(
                "redis.commands", "Commands that took the most time", columns: ["command", "calls", "time", "each"],
                rows: rows)
        ]
    }

    private func replication(_ replication: RedisInfo.Replication) -> [Evidence] {
        let sentence = Evidence.fact("redis.replication", "Replication", replication.sentence)
        guard !replication.replicas.isEmpty else { return [sentence] }
        return [
            sentence,
            .table(
                "redis.replicas", "Replicas", columns: ["replica", "state", "lag", "behind"],
                rows: replication.replicas.map { $0.row(behind: replication.offset) }),
        ]
    }
}

extension RedisInfo.Replica {
    fileprivate func row(behind masterOffset: Int64?) -> [Cell] {
        [
            .text(address), Cell(state), Cell(seconds: lagSeconds.map(Double.init)),
            Cell(bytes: bytesBehind(masterOffset)),
        ]
    }
}

extension RedisInfo.Replication {
    fileprivate var sentence: String {
        guard let upstream else {
            return "\(role ?? "of unknown role"), \(Count.of(replicas.count, "replica")) connected"
        }
        let link = upstream.isUp ? "up" : "down" + (upstream.secondsDown.map { " for \($0) s" } ?? "")
        let synchronising = upstream.isSynchronising ? ", full synchronisation under way" : ""
        return "replica of \(upstream.address), link \(link)\(synchronising)"
    }
}

extension RedisInfo.Persistence {
    fileprivate var sentence: String {
        var parts: [String] = []
        if isLoading == true {
            let share = loadedShare.map { " (\(Units.ratio($0)))" } ?? ""
            parts.append("loading its data from disk\(share)")
        }
        if let lastSaveSucceeded { parts.append("last save \(lastSaveSucceeded ? "ok" : "failed")") }
        if let changesSinceLastSave { parts.append("\(Count.of(changesSinceLastSave, "change")) since") }
        if appendOnly == true {
            parts.append("append-only file on, last write \(lastAppendSucceeded == false ? "failed" : "ok")")
        }
        if lastRewriteSucceeded == false { parts.append("last rewrite of the append-only file failed") }
        return parts.isEmpty ? "INFO says nothing about it" : parts.joined(separator: ", ")
    }
}

import Diagnostics

extension Observation.Content {
    /// Adds a sample where there is a value.
    mutating func add(
        _ metric: Metric, _ value: (some BinaryInteger)?, labels: Labels = [:], identity: String? = nil
    ) {
        if let value { add(metric, Double(value), labels: labels, identity: identity) }
    }

    mutating func add(_ metric: Metric, _ value: Double?, labels: Labels = [:], identity: String? = nil) {
        if let value { add(metric, value, labels: labels, identity: identity, countedSince: nil) }
    }

    mutating func add(_ metric: Metric, _ value: Bool?, labels: Labels = [:]) {
        if let value { add(metric, value ? 1.0 : 0.0, labels: labels) }
    }
}

// MARK: - Memory

extension Observation.Content {
    mutating func report(_ memory: RedisInfo.Memory, hostMemory: Int64?) {
        add(RedisMetrics.memoryUsed, memory.used)
        add(RedisMetrics.memoryResident, memory.resident)
        add(RedisMetrics.memoryPeak, memory.peak)
        add(RedisMetrics.memoryLimit, memory.maximum)
        add(RedisMetrics.memoryNotCounted, memory.notCountedForEviction)
        add(RedisMetrics.fragmentation, memory.fragmentationRatio)
        if let use = MemoryUse(memory, hostMemory: hostMemory) {
            add(RedisMetrics.memoryUsedRatio, use.ratio)
            evidence.append(.fact("redis.memory.limit", "Memory judged against", use.sentence))
        } else {
            gaps.append(Gap(RedisMetrics.memoryUsedRatio, MemoryUse.missing(memory)))
        }
        if let note = MemoryUse.headroomNote(memory, hostMemory: hostMemory) {
            evidence.append(.fact("redis.memory.headroom", "Headroom", note))
        }
        evidence.append(memory.table)
    }
}

extension RedisInfo.Memory {
    fileprivate var table: Evidence {
        let sizes: [(String, Int64?)] = [
            ("used_memory", used), ("used_memory_rss", resident), ("used_memory_peak", peak),
            ("used_memory_dataset", dataset), ("mem_not_counted_for_evict", notCountedForEviction),
            ("maxmemory", maximum), ("total_system_memory", systemTotal),
        ]
        let rows = sizes.compactMap { name, size in size.map { [Cell.text(name), .bytes($0)] } }
        return .table("redis.memory", "Memory", columns: ["field", "size"], rows: rows)
    }
}

// MARK: - The rest of INFO

extension Observation.Content {
    mutating func report(_ info: RedisInfo) {
        reportServer(info)
        reportClients(info.clients, info.stats, identity: info.server.runID)
        reportActivity(info.stats, info.cpu, identity: info.server.runID)
        reportEviction(info.memory, info.stats)
        reportKeyspace(info.databases, info.stats)
        reportPersistence(info.persistence)
        reportCommands(info.commandStatistics)
    }

    /// Where the server's time goes, since its counters began.
    private mutating func reportCommands(_ statistics: [RedisInfo.CommandStatistics]) {
        guard !statistics.isEmpty else { return }
        let costliest = statistics.sorted { ($0.seconds, $1.command) > ($1.seconds, $0.command) }.prefix(8)
        let rows = costliest.map { statistics -> [Cell] in
            let mean = statistics.calls > 0 ? statistics.seconds / Double(statistics.calls) : 0
            return [
                .text(statistics.command), .integer(statistics.calls), .seconds(statistics.seconds), .seconds(mean),
            ]
        }
        evidence.append(
            .table(
                "redis.commands", "Commands that took the most time", columns: ["command", "calls", "time", "each"],
                rows: rows))
    }

    private mutating func reportServer(_ info: RedisInfo) {
        let server = info.server
        let labels = [
            ("version", server.version), ("mode", server.mode), ("role", info.replication.role),
            ("run_id", server.runID),
        ].compactMap { name, value in value.map { (name, $0) } }
        add(RedisMetrics.info, 1.0, labels: Labels(labels))
        add(RedisMetrics.uptime, server.uptimeSeconds)
        let software = server.fork ?? "Redis \(server.version ?? "of unknown version")"
        let facts = [software, server.mode, info.replication.role, server.uptimeSeconds.map { "up for \($0) s" }]
        evidence.append(.fact("redis.server", "Server", facts.compactMap { $0 }.joined(separator: ", ")))
    }

    private mutating func reportClients(_ clients: RedisInfo.Clients, _ stats: RedisInfo.Stats, identity: String?) {
        add(RedisMetrics.clientsConnected, clients.connected)
        add(RedisMetrics.clientsBlocked, clients.blocked)
        add(RedisMetrics.clientsMaximum, clients.maximum)
        add(RedisMetrics.connectionsReceived, stats.connectionsReceived, identity: identity)
        add(RedisMetrics.connectionsRejected, stats.rejectedConnections, identity: identity)
        let row: [Int64?] = [clients.connected, clients.blocked, clients.maximum, stats.rejectedConnections]
        evidence.append(
            .table(
                "redis.clients", "Clients", columns: ["connected", "blocked", "maxclients", "rejected so far"],
                rows: [row.map { $0.map(Cell.integer) ?? .none }]))
    }

    private mutating func reportActivity(_ stats: RedisInfo.Stats, _ cpu: RedisInfo.CPU, identity: String?) {
        add(RedisMetrics.commands, stats.commandsProcessed, identity: identity)
        add(RedisMetrics.operationsPerSecond, stats.operationsPerSecond)
        add(RedisMetrics.keyspaceHits, stats.keyspaceHits, identity: identity)
        add(RedisMetrics.keyspaceMisses, stats.keyspaceMisses, identity: identity)
        add(RedisMetrics.expiredKeys, stats.expiredKeys, identity: identity)
        add(RedisMetrics.evictedKeys, stats.evictedKeys, identity: identity)
        add(RedisMetrics.cpu, cpu.userSeconds, labels: ["mode": "user"], identity: identity)
        add(RedisMetrics.cpu, cpu.systemSeconds, labels: ["mode": "system"], identity: identity)
    }

    /// With a policy that evicts, full is the normal state of a cache, so that it belongs beside the ratio.
    private mutating func reportEviction(_ memory: RedisInfo.Memory, _ stats: RedisInfo.Stats) {
        guard let policy = memory.policy else { return }
        let evicted = stats.evictedKeys.map { "; \($0) keys evicted since the counters began" } ?? ""
        let meaning =
            policy == "noeviction"
            ? "noeviction: when memory is full, writes are refused" : "\(policy): when memory is full, keys are evicted"
        evidence.append(.fact("redis.eviction", "Eviction", meaning + evicted))
    }

    private mutating func reportKeyspace(_ databases: [RedisInfo.Database], _ stats: RedisInfo.Stats) {
        for database in databases {
            add(RedisMetrics.keys, database.keys, labels: ["db": String(database.index)])
            add(RedisMetrics.keysExpiring, database.expiring, labels: ["db": String(database.index)])
        }
        let rows = databases.map { [Cell.integer(Int64($0.index)), .integer($0.keys), .integer($0.expiring)] }
        let title = stats.hitRatio.map { "Keys (\(Int(($0 * 100).rounded())) % of lookups hit)" } ?? "Keys"
        evidence.append(.table("redis.keyspace", title, columns: ["db", "keys", "expiring"], rows: rows))
    }

    private mutating func reportPersistence(_ persistence: RedisInfo.Persistence) {
        add(RedisMetrics.loading, persistence.isLoading)
        add(RedisMetrics.lastSaveSucceeded, persistence.lastSaveSucceeded)
        add(RedisMetrics.lastSaveTime, persistence.lastSaveTime)
        add(RedisMetrics.unsavedChanges, persistence.changesSinceLastSave)
        add(RedisMetrics.appendOnly, persistence.appendOnly)
        add(RedisMetrics.lastAppendSucceeded, persistence.lastAppendSucceeded)
        evidence.append(.fact("redis.persistence", "Persistence", persistence.sentence))
    }
}

extension RedisInfo.Persistence {
    fileprivate var sentence: String {
        var parts: [String] = []
        if isLoading == true {
            let share = loadedShare.map { " (\(Int(($0 * 100).rounded())) %)" } ?? ""
            parts.append("loading its data from disk\(share)")
        }
        if let lastSaveSucceeded { parts.append("last save \(lastSaveSucceeded ? "ok" : "failed")") }
        if let changesSinceLastSave { parts.append("\(changesSinceLastSave) changes since") }
        if appendOnly == true {
            parts.append("append-only file on, last write \(lastAppendSucceeded == false ? "failed" : "ok")")
        }
        if lastRewriteSucceeded == false { parts.append("last rewrite of the append-only file failed") }
        return parts.isEmpty ? "INFO says nothing about it" : parts.joined(separator: ", ")
    }
}

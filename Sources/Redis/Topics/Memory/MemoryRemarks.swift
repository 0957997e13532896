import Diagnostics

/// What is to be thought of a server's memory, with numbers: what Redis's MEMORY DOCTOR looks at, and what it doesn't.
struct MemoryRemarks {
    let reading: Reading
    let memory: RedisInfo.Memory
    let past: [MemoryForecast.Point]?

    var all: [Remark] {
        [limit, refusedWrites, evictions, emptyPolicy, headroom].compactMap { $0 } + fragmentation
            + [clientBuffers, replicaBuffers, scripts, waitingToBeFreed].compactMap { $0 }
    }

    private var info: RedisInfo { reading.info }

    private var use: MemoryUse? { MemoryUse(memory, hostMemory: reading.settings.hostMemory) }
}

// MARK: - The limit

extension MemoryRemarks {
    /// From where the alert fires.
    private static let nearlyFull = 0.95

    private var limit: Remark? {
        guard let use else { return .careful("how full it is cannot be told: \(MemoryUse.missing(memory))") }
        let forecast = forecast(use)
        let words = [use.sentence, meaning(use), forecast.map(\.sentence)].compactMap { $0 }.joined(separator: "; ")
        if ignoresLimit { return .fine(words + "; a replica leaves eviction to its master (replica-ignore-maxmemory)") }
        switch (use.limit, use.ratio >= Self.nearlyFull) {
        case (.configured, true) where memory.evicts == true:
            return .fine(words, next: reading.diag("keyspace"))
        case (_, true):
            return .trouble(words, next: reading.diag("keys"), reading.diag("purge") + " --pattern '<glob>'")
        case (.configured, false):
            return isFillingUp(forecast) ? .careful(words, next: reading.diag("keys")) : .fine(words)
        case (_, false):
            return .careful(words, next: reading.cli("CONFIG SET maxmemory <bytes>"))
        }
    }

    private func meaning(_ use: MemoryUse) -> String? {
        switch (use.limit, memory.evicts) {
        case (.configured, true?): "\(memory.policy ?? "") evicts keys when it is full"
        case (.configured, false?) where use.ratio >= 1: "writes are refused (noeviction)"
        case (.configured, false?): "noeviction refuses writes when it is full"
        case (.configured, nil): nil
        default: "nothing stops it from growing until the kernel kills it"
        }
    }

    /// A cache that evicts is meant to be full.
    private func forecast(_ use: MemoryUse) -> MemoryForecast? {
        guard memory.evicts != true, use.ratio < 1, let past else { return nil }
        return MemoryForecast(past, now: .init(time: .now, ratio: use.ratio))
    }

    /// Within a day.
    private func isFillingUp(_ forecast: MemoryForecast?) -> Bool {
        if case .full(let soonest, _)? = forecast?.outlook { soonest < 86_400 } else { false }
    }

    private var ignoresLimit: Bool {
        info.replication.upstream != nil && reading.setting("replica-ignore-maxmemory") != "no"
            && (memory.maximum ?? 0) > 0
    }

    /// Counted by the kind of error since 6.2.
    private var refusedWrites: Remark? {
        guard let refused = info.errors["OOM"], refused > 0 else { return nil }
        let now = reading.later.flatMap { $0.info.errors["OOM"] }.map { $0 - refused } ?? 0
        let words = "\(Count.of(refused, "write")) refused for lack of memory since the counters began"
        return now > 0
            ? .trouble("\(words), \(now) of them in the last second", next: reading.diag("keys")) : .careful(words)
    }

    private var headroom: Remark? {
        MemoryUse.headroomNote(memory, hostMemory: reading.settings.hostMemory).map { note in
            let copied = info.lastCopyOnWrite.map { "; the last one took \(Units.bytes($0)) more" } ?? ""
            return .careful(note + copied)
        }
    }
}

// MARK: - Eviction

extension MemoryRemarks {
    private var evictions: Remark? {
        guard let evicted = info.stats.evictedKeys, evicted > 0 else { return nil }
        let uptime = info.server.uptimeSeconds.map { " in \(Units.seconds(Double($0)))" } ?? ""
        let words = "\(Count.of(evicted, "key")) evicted\(uptime)"
        guard let rate = reading.rate("evicted_keys"), rate >= 0.5 else {
            return .fine("\(words), none in the last second")
        }
        let over = (info.integer("current_eviction_exceeded_time") ?? 0) > 0 ? "; eviction does not keep up" : ""
        let hits = info.stats.hitRatio.map { "; \(Units.ratio($0)) of lookups hit" } ?? ""
        return .careful(
            "\(words), \(Units.decimal(rate, digits: 0)) a second now\(over)\(hits)", next: reading.diag("keyspace"))
    }

    /// volatile-… evicts only keys with a TTL: without any it is noeviction by another name.
    private var emptyPolicy: Remark? {
        guard let policy = memory.policy, policy.hasPrefix("volatile"), memory.evicts == true else { return nil }
        let databases = info.databases
        let (keys, expiring) = (databases.reduce(0) { $0 + $1.keys }, databases.reduce(0) { $0 + $1.expiring })
        guard keys > 0, Double(expiring) < 0.05 * Double(keys) else { return nil }
        return .trouble(
            "\(policy) evicts only keys that have a TTL, and only \(expiring) of \(keys) have one: when memory is full, "
                + "writes are refused", next: reading.diag("expire") + " --pattern '<glob>' --in <time>")
    }
}

// MARK: - What else takes room

extension MemoryRemarks {
    private var fragmentation: [Remark] {
        Fragmentation(info).remarks(
            peak: memory.peak, isDefragmenting: reading.setting("activedefrag").map { $0 == "yes" }, reading)
    }

    /// 200 kB a client are what MEMORY DOCTOR calls big.
    private var clientBuffers: Remark? {
        guard let bytes = memory.clientBuffers, let clients = info.clients.connected, clients > 0 else { return nil }
        let each = bytes / clients
        guard each > 200 << 10, bytes > 10 << 20 else { return nil }
        return .careful(
            "buffers of \(Count.of(clients, "client")) take \(Units.bytes(bytes)), \(Units.bytes(each)) each",
            next: reading.diag("clients"))
    }

    private var replicaBuffers: Remark? {
        guard let bytes = memory.replicaBuffers, bytes > 10 << 20 else { return nil }
        return .careful(
            "\(Units.bytes(bytes)) wait to be sent to replicas: one of them, or the way to it, is slow",
            next: reading.diag("replication"))
    }

    private var scripts: Remark? {
        guard let count = memory.cachedScripts, count > 1000 else { return nil }
        let size = memory.scripts.map { " take \(Units.bytes($0))" } ?? " are kept"
        return .careful(
            "\(count) cached scripts\(size): scripts made anew for each call stay for ever; give them KEYS and ARGV",
            next: reading.cli("SCRIPT FLUSH ASYNC"))
    }

    private var waitingToBeFreed: Remark? {
        guard let count = memory.waitingToBeFreed, count > 1000 else { return nil }
        return .careful("\(count) deleted objects wait to be freed in the background: their memory comes back")
    }
}

import Diagnostics

/// The samples of INFO by subject: the overview writes all of them, a topic those of its own.
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

extension Observation.Content {
    mutating func sampleServer(_ info: RedisInfo) {
        let server = info.server
        let labels = [
            ("version", server.version), ("mode", server.mode), ("role", info.replication.role),
            ("run_id", server.runID),
        ].compactMap { name, value in value.map { (name, $0) } }
        add(RedisMetrics.info, 1.0, labels: Labels(labels))
        add(RedisMetrics.uptime, server.uptimeSeconds)
    }

    /// - Parameter memory: completed where INFO does not tell the limit.
    mutating func sampleMemory(_ memory: RedisInfo.Memory, hostMemory: Int64?) {
        add(RedisMetrics.memoryUsed, memory.used)
        add(RedisMetrics.memoryResident, memory.resident)
        add(RedisMetrics.memoryPeak, memory.peak)
        add(RedisMetrics.memoryLimit, memory.maximum)
        add(RedisMetrics.memoryNotCounted, memory.notCountedForEviction)
        add(RedisMetrics.fragmentation, memory.fragmentationRatio)
        if let use = MemoryUse(memory, hostMemory: hostMemory) {
            add(RedisMetrics.memoryUsedRatio, use.ratio)
        } else {
            gaps.append(Gap(RedisMetrics.memoryUsedRatio, MemoryUse.missing(memory)))
        }
    }

    mutating func sampleClients(_ info: RedisInfo) {
        let (clients, stats, identity) = (info.clients, info.stats, info.server.runID)
        add(RedisMetrics.clientsConnected, clients.connected)
        add(RedisMetrics.clientsBlocked, clients.blocked)
        add(RedisMetrics.clientsMaximum, clients.maximum)
        add(RedisMetrics.clientsUsedRatio, info.clientsUsedRatio)
        add(RedisMetrics.connectionsReceived, stats.connectionsReceived, identity: identity)
        add(RedisMetrics.connectionsRejected, stats.rejectedConnections, identity: identity)
    }

    mutating func sampleActivity(_ info: RedisInfo) {
        let (stats, cpu, identity) = (info.stats, info.cpu, info.server.runID)
        add(RedisMetrics.commands, stats.commandsProcessed, identity: identity)
        add(RedisMetrics.operationsPerSecond, stats.operationsPerSecond)
        add(RedisMetrics.cpu, cpu.userSeconds, labels: ["mode": "user"], identity: identity)
        add(RedisMetrics.cpu, cpu.systemSeconds, labels: ["mode": "system"], identity: identity)
    }

    mutating func sampleKeyspace(_ info: RedisInfo) {
        let (stats, identity) = (info.stats, info.server.runID)
        add(RedisMetrics.keyspaceHits, stats.keyspaceHits, identity: identity)
        add(RedisMetrics.keyspaceMisses, stats.keyspaceMisses, identity: identity)
        add(RedisMetrics.keyspaceLookups, stats.lookups, identity: identity)
        add(RedisMetrics.expiredKeys, stats.expiredKeys, identity: identity)
        add(RedisMetrics.evictedKeys, stats.evictedKeys, identity: identity)
        for database in info.databases {
            add(RedisMetrics.keys, database.keys, labels: ["db": String(database.index)])
            add(RedisMetrics.keysExpiring, database.expiring, labels: ["db": String(database.index)])
        }
    }

    mutating func sampleRefusals(_ info: RedisInfo) {
        let identity = info.server.runID
        for (error, count) in info.refusedWrites ?? [:] {
            add(RedisMetrics.writesRefused, count, labels: ["error": error], identity: identity)
        }
    }

    mutating func samplePersistence(_ persistence: RedisInfo.Persistence, unsavedSeconds: Double?) {
        add(RedisMetrics.loading, persistence.isLoading)
        add(RedisMetrics.lastSaveSucceeded, persistence.lastSaveSucceeded)
        add(RedisMetrics.lastSaveTime, persistence.lastSaveTime)
        add(RedisMetrics.unsavedChanges, persistence.changesSinceLastSave)
        add(RedisMetrics.unsavedTime, unsavedSeconds)
        add(RedisMetrics.appendOnly, persistence.appendOnly)
        guard persistence.appendOnly == true else { return }
        add(RedisMetrics.lastAppendSucceeded, persistence.lastAppendSucceeded)
        add(RedisMetrics.lastRewriteSucceeded, persistence.lastRewriteSucceeded)
    }

    mutating func sampleReplication(_ replication: RedisInfo.Replication) {
        if let offset = replication.offset {
            let labels: Labels = ["role": replication.upstream == nil ? "master" : "replica"]
            add(RedisMetrics.replicationOffset, Double(offset), labels: labels, identity: replication.replicationID)
        }
        if replication.role == "master" { add(RedisMetrics.replicas, replication.replicas.count) }
        for replica in replication.replicas {
            let labels: Labels = ["replica": replica.address]
            add(RedisMetrics.replicaLag, replica.lagSeconds, labels: labels)
            add(RedisMetrics.replicaLagBytes, replica.bytesBehind(replication.offset), labels: labels)
        }
        guard let upstream = replication.upstream else { return }
        let labels: Labels = ["master": upstream.address]
        add(RedisMetrics.masterLinkUp, upstream.isUp, labels: labels)
        add(RedisMetrics.masterSilence, upstream.secondsSinceLastWord, labels: labels)
        add(RedisMetrics.masterLinkDown, upstream.secondsDown, labels: labels)
    }
}

extension RedisInfo.Replica {
    /// Never negative: the master's offset is read a moment before the replica's.
    func bytesBehind(_ masterOffset: Int64?) -> Int64? {
        guard let masterOffset, let offset else { return nil }
        let (difference, overflow) = masterOffset.subtractingReportingOverflow(offset)
        return overflow ? nil : max(0, difference)
    }
}

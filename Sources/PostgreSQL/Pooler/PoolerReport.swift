import Diagnostics

/// What is measured and shown of a pooler.
struct PoolerReport {
    private let view: PoolerView
    private let pools: [Pool]

    /// So many series and rows at most: a pool for each of ten thousand users would be too many to keep.
    private static let mostPools = 500

    init(_ view: PoolerView) {
        self.view = view
        pools = Array(view.rankedPools.prefix(Self.mostPools))
    }

    func write(to content: inout Observation.Content) {
        for pool in pools { measure(pool, &content) }
        measureClients(&content)
        measureDatabases(&content)
        content.evidence += evidence.compactMap(\.self)
    }

    private var evidence: [Evidence?] {
        let connections = (view.clients ?? []) + (view.servers ?? [])
        return [
            summary, reading, Self.poolTable(pools, view), view.clients.flatMap(Self.clientTable),
            // Our own question is the last request of all, so it says what time it is there.
            Self.serverTable(view.servers ?? [], now: connections.lazy.compactMap(\.requested).max()),
            Self.databaseTable(view.databases), Self.trafficTable(view.traffic), Self.limitWords(view.settings),
        ]
    }
}

// MARK: - Metrics

extension PoolerReport {
    private func measure(_ pool: Pool, _ content: inout Observation.Content) {
        let labels: Labels = ["database": pool.database, "user": pool.user]
        content.add(PoolerMetrics.waitingClients, Double(pool.waitingClients), labels: labels)
        content.add(PoolerMetrics.longestWait, pool.waitingClients > 0 ? pool.longestWait : 0, labels: labels)
        content.add(PoolerMetrics.activeClients, Double(pool.activeClients), labels: labels)
        for (state, count) in pool.serversByState {
            content.add(PoolerMetrics.servers, Double(count), labels: labels.with("state", state))
        }
        guard let size = view.size(of: pool) else { return }
        content.add(PoolerMetrics.poolSize, Double(size), labels: labels)
        content.add(PoolerMetrics.poolUsedRatio, Double(pool.activeServers) / Double(size), labels: labels)
    }

    private func measureClients(_ content: inout Observation.Content) {
        guard let used = view.usedClients, let most = view.maxClients, most > 0 else {
            let reason = "the console did not say how many clients there are and may be"
            content.gaps += [PoolerMetrics.clients, PoolerMetrics.clientsUsedRatio].map { Gap($0, reason) }
            return
        }
        content.add(PoolerMetrics.clients, Double(used))
        content.add(PoolerMetrics.clientsMax, Double(most))
        content.add(PoolerMetrics.clientsUsedRatio, Double(used) / Double(most))
    }

    private func measureDatabases(_ content: inout Observation.Content) {
        for database in view.databases.prefix(Self.mostPools) {
            let labels: Labels = ["database": database.name]
            content.add(PoolerMetrics.paused, database.isPaused ? 1 : 0, labels: labels)
            content.add(PoolerMetrics.disabled, database.isDisabled ? 1 : 0, labels: labels)
        }
        for traffic in view.traffic.prefix(Self.mostPools) {
            let totals = [
                (PoolerMetrics.queries, traffic.queries), (PoolerMetrics.transactions, traffic.transactions),
                (PoolerMetrics.waited, traffic.waited),
            ]
            for case (let metric, let value?) in totals {
                content.add(metric, value, labels: ["database": traffic.database])
            }
        }
    }
}

// MARK: - Words

extension PoolerReport {
    private var summary: Evidence {
        let state = view.state.flatMap { $0 == "active" ? nil : ", \($0.uppercased())" } ?? ""
        return .fact("postgresql.pools.summary", "Pooler", "\(view.version)\(state): \(clientWords); \(queueWords)")
    }

    private var clientWords: String {
        guard let used = view.usedClients, let most = view.maxClients else { return "\(pools.count) pools" }
        return "\(used) of \(most) client connections are used"
    }

    private var queueWords: String {
        guard view.waiting > 0 else { return pools.isEmpty ? "there are no pools yet" : "nobody waits" }
        let queues = pools.count { $0.waitingClients > 0 }
        let count = view.waiting == 1 ? "1 client waits" : "\(view.waiting) clients wait"
        return "\(count) in \(queues) of \(view.pools.count) pools, the longest \(Units.seconds(view.longestWait))"
    }

    /// What stands out, in sentences; nil when nothing does.
    private var reading: Evidence? {
        let queues = pools.filter { $0.waitingClients > 0 }.prefix(20).map {
            PoolReading(pool: $0, view: view).sentence
        }
        let idlePauses = view.databases.filter { database in
            database.isPaused && !pools.contains { $0.database == database.name && $0.waitingClients > 0 }
        }
        let sentences =
            queues + idlePauses.map { "database \($0.name) is paused: its next client waits until RESUME \($0.name)" }
            + view.databases.filter(\.isDisabled).map {
                "database \($0.name) is disabled: it takes no new clients until ENABLE \($0.name)"
            } + fullness + patience(queues.isEmpty)
        guard !sentences.isEmpty else { return nil }
        return Evidence(
            id: "postgresql.pools.reading", title: "What stands out", .tree(sentences.map { Branch($0, isWhole: true) })
        )
    }

    private var fullness: [String] {
        guard let used = view.usedClients, let most = view.maxClients, most > 0, used * 10 >= most * 9 else {
            return []
        }
        return [
            "\(used) of \(most) client connections are used: soon new clients are refused with \"no more connections "
                + "allowed (max_client_conn)\""
        ]
    }

    /// What becomes of those who wait.
    private func patience(_ nobodyWaits: Bool) -> [String] {
        guard !nobodyWaits, let text = view.settings["query_wait_timeout"], let limit = Double(text) else { return [] }
        return [
            limit > 0
                ? "who waits longer than \(Units.seconds(limit)) is disconnected (query_wait_timeout)"
                : "they wait for ever: query_wait_timeout is 0"
        ]
    }
}

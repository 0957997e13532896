import Diagnostics

extension PoolerReport {
    static func poolTable(_ pools: [Pool], _ view: PoolerView) -> Evidence {
        guard !pools.isEmpty else {
            return .fact("postgresql.pools", "Pools", "no client has asked for a database yet, so there are no pools")
        }
        return .table(
            "postgresql.pools", "Pools, the longest queue first",
            columns: [
                "database", "user", "waiting", "maxwait", "clients", "servers", "active", "idle", "pool_size", "used",
                "pool_mode",
            ],
            rows: pools.map { pool in
                let size = view.size(of: pool)
                return [
                    .text(pool.database), .text(pool.user), .integer(Int64(pool.waitingClients)),
                    .seconds(pool.waitingClients > 0 ? pool.longestWait : 0), .integer(Int64(pool.activeClients)),
                    .integer(Int64(pool.servers)), .integer(Int64(pool.activeServers)),
                    .integer(Int64(pool.idleServers + pool.usedServers)), Cell(integer: size.map(Int64.init)),
                    size.map { .ratio(Double(pool.activeServers) / Double($0)) } ?? .none, Cell(pool.mode),
                ]
            })
    }

    static func databaseTable(_ databases: [PooledDatabase]) -> Evidence? {
        guard !databases.isEmpty else { return nil }
        let ranked = databases.sorted { ($1.trouble, $1.connections, $0.name) < ($0.trouble, $0.connections, $1.name) }
        return .table(
            "postgresql.pools.databases", "Databases and where they lead",
            columns: [
                "name", "leads_to", "force_user", "pool_size", "reserve", "connections", "max_connections", "state",
            ],
            rows: ranked.map { database in
                [
                    .text(database.name), .text(database.place), Cell(database.forcedUser),
                    Cell(integer: database.poolSize.map(Int64.init)),
                    Cell(integer: database.reserveSize.map(Int64.init)),
                    .integer(Int64(database.connections)),
                    database.maxConnections > 0 ? .integer(Int64(database.maxConnections)) : .none,
                    .text(database.isDisabled ? "disabled" : database.isPaused ? "paused" : "open"),
                ]
            })
    }

    /// Nil when there was none.
    static func trafficTable(_ traffic: [PooledTraffic]) -> Evidence? {
        let busy = traffic.filter { $0.queries ?? 0 > 0 || $0.transactions ?? 0 > 0 }
        guard !busy.isEmpty else { return nil }
        return .table(
            "postgresql.pools.traffic", "Traffic, averages of the last stats_period",
            columns: [
                "database", "queries_per_second", "transactions_per_second", "query_time", "transaction_time",
                "wait_time",
            ],
            rows: busy.sorted { ($1.queryRate ?? 0, $0.database) < ($0.queryRate ?? 0, $1.database) }.map { row in
                [
                    .text(row.database), row.queryRate.map(Cell.number) ?? .none,
                    row.transactionRate.map(Cell.number) ?? .none, Cell(seconds: row.queryTime),
                    Cell(seconds: row.transactionTime), Cell(seconds: row.waitTime),
                ]
            })
    }

    /// Who waits, by where they come from; nil when nobody does or nobody was asked for.
    static func clientTable(_ clients: [PooledConnection]) -> Evidence? {
        let groups = Dictionary(grouping: clients.filter { !$0.isConsole }, by: \.origin).map(ClientGroup.init)
        guard !groups.isEmpty else { return nil }
        let ranked = groups.sorted { left, right in
            left.rank == right.rank
                ? left.origin.lexicographicallyPrecedes(right.origin) : left.rank > right.rank
        }
        return .table(
            "postgresql.pools.clients", "Clients, those that wait first",
            columns: ["database", "user", "application_name", "addr", "clients", "waiting", "longest_wait"],
            rows: ranked.prefix(10).map(\.cells))
    }

    /// Which backends keep a pool busy longest: what to look for in pg_stat_activity.
    static func serverTable(_ servers: [PooledConnection], now: Double?) -> Evidence? {
        let busy = servers.filter { $0.state == "active" }
        guard let now, !busy.isEmpty else { return nil }
        let ranked = busy.sorted { ($0.requested ?? now, $0.remotePID ?? 0) < ($1.requested ?? now, $1.remotePID ?? 0) }
        return .table(
            "postgresql.pools.servers", "Busy server connections, the longest first (look up remote_pid in PostgreSQL)",
            columns: ["database", "user", "server", "remote_pid", "application_name", "busy_for"],
            rows: ranked.prefix(10).map { server in
                [
                    Cell(server.database), Cell(server.user),
                    .text("\(server.address ?? "socket"):\(server.port.map(String.init) ?? "?")"),
                    Cell(integer: server.remotePID.map(Int64.init)), Cell(server.application),
                    Cell(seconds: server.requested.map { max(0, now - $0) }),
                ]
            })
    }
}

extension PoolerReport {
    static func limitWords(_ settings: [String: String]) -> Evidence? {
        let shown = settings.filter { $0.value != "0" && !$0.value.isEmpty }.sorted { $0.key < $1.key }
        guard !shown.isEmpty else { return nil }
        return .fact(
            "postgresql.pools.limits", "Settings", shown.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    }
}

extension PooledDatabase {
    fileprivate var trouble: Int { isDisabled || isPaused ? 1 : 0 }
}

/// Clients that come from one place for one database.
private struct ClientGroup {
    let origin: [String]
    let count: Int
    /// How long those have waited that do.
    let waits: [Double]

    init(_ origin: [String], _ clients: [PooledConnection]) {
        self.origin = origin
        count = clients.count
        waits = clients.filter(\.isWaiting).map(\.waited)
    }

    var rank: (Int, Int) { (waits.count, count) }

    var cells: [Cell] {
        let numbers: [Cell] = [.integer(Int64(count)), .integer(Int64(waits.count)), Cell(seconds: waits.max())]
        return origin.map { $0.isEmpty ? Cell.none : .text($0) } + numbers
    }
}

extension PooledConnection {
    fileprivate var isWaiting: Bool { state == "waiting" || state == "waiting_login" }
    fileprivate var origin: [String] { [database, user, application, address].map { $0 ?? "" } }
}

extension Pool {
    var serversByState: [(state: String, count: Int)] {
        [
            ("active", activeServers), ("idle", idleServers), ("used", usedServers), ("tested", testedServers),
            ("login", loginServers), ("cancel", cancelServers),
        ]
    }
}

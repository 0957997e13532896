import Diagnostics

/// All that the console told, as of nearly one moment.
struct PoolerView: Sendable {
    /// `PgBouncer 1.18.0`
    let version: String
    var pools: [Pool] = []
    var databases: [PooledDatabase] = []
    var traffic: [PooledTraffic] = []
    /// By name, only those that are asked for below.
    var settings: [String: String] = [:]
    /// `SHOW LISTS`: counts by name.
    var counts: [String: Int] = [:]
    /// `active`, `paused` or `suspended`; nil where the version does not say.
    var state: String?
    /// Nil when they were not asked for.
    var clients: [PooledConnection]?
    var servers: [PooledConnection]?

    /// PgBouncer has one thread: nobody is served while it lists ten thousand clients.
    static let mostListed = 5000
}

extension PoolerView {
    /// Asks one command after the other. The first one decides whether this is a console at all; what stands in the way of
    /// a later one is among the problems.
    ///
    /// - Parameter listsAlways: clients and servers one by one also when nobody waits.
    static func read(
        _ console: borrowing PoolerConsole, listsAlways: Bool, _ content: inout Observation.Content
    ) async throws(ProbeError) -> PoolerView {
        var view = PoolerView(version: try await version(console))
        view.pools = try await console.show("POOLS") { row throws(RowError) in try Pool(row) }.filter { !$0.isConsole }
        await view.readCounts(console, &content)
        await view.readSettings(console, &content)
        view.databases =
            await list(console, "DATABASES", &content) { row throws(RowError) in try PooledDatabase(row) }
            .filter { !$0.isConsole }
        view.traffic =
            await list(console, "STATS", &content) { row throws(RowError) in try PooledTraffic(row) }
            .filter { !$0.isConsole }
        await view.readState(console)
        if listsAlways || view.waiting > 0 { await view.readConnections(console, &content) }
        return view
    }

    /// `PgBouncer 1.18.0`. A real server takes VERSION for a setting that it does not have.
    private static func version(_ console: borrowing PoolerConsole) async throws(ProbeError) -> String {
        do throws(ProbeError) {
            let versions = try await console.show("VERSION") { row throws(RowError) in
                try row.get("version", as: String.self)
            }
            return versions.first ?? "PgBouncer"
        } catch {
            throw error.kind == .server(code: "42704") ? Stranger.database(error) : error
        }
    }

    private static func list<Value>(
        _ console: borrowing PoolerConsole, _ what: String, _ content: inout Observation.Content,
        _ decode: (Row) throws(RowError) -> Value
    ) async -> [Value] {
        do throws(ProbeError) {
            return try await console.show(what, decode)
        } catch {
            content.addProblem(error)
            return []
        }
    }

    private mutating func readCounts(_ console: borrowing PoolerConsole, _ content: inout Observation.Content) async {
        let rows = await Self.list(console, "LISTS", &content) { row throws(RowError) in
            (try row.get("list", as: String.self), try row.get("items", as: Int.self))
        }
        counts = Dictionary(rows, uniquingKeysWith: { $1 })
    }

    private mutating func readSettings(_ console: borrowing PoolerConsole, _ content: inout Observation.Content) async {
        let rows = await Self.list(console, "CONFIG", &content) { row throws(RowError) in
            (try row.get("key", as: String.self), try row.find("value", as: String.self) ?? "")
        }
        let wanted = Dictionary(rows, uniquingKeysWith: { $1 }).filter { Self.knownSettings.contains($0.key) }
        settings = wanted
    }

    /// Nothing that may hold a secret.
    private static let knownSettings: Set = [
        "max_client_conn", "default_pool_size", "reserve_pool_size", "reserve_pool_timeout", "pool_mode",
        "max_db_connections", "max_user_connections", "query_wait_timeout",
    ]

    /// Some versions have no such command; nothing is missing then.
    private mutating func readState(_ console: borrowing PoolerConsole) async {
        let rows = try? await console.show("STATE") { row throws(RowError) in
            (try row.get("key", as: String.self), try row.get("value", as: String.self))
        }
        state = rows?.first { $0.1 == "yes" }?.0
    }

    private mutating func readConnections(_ console: borrowing PoolerConsole, _ content: inout Observation.Content)
        async
    {
        if counts["used_clients", default: .max] <= Self.mostListed {
            clients = await Self.list(console, "CLIENTS", &content) { row throws(RowError) in try PooledConnection(row)
            }
        }
        if counts["used_servers", default: .max] <= Self.mostListed {
            servers = await Self.list(console, "SERVERS", &content) { row throws(RowError) in try PooledConnection(row)
            }
        }
    }
}

extension PoolerView {
    var waiting: Int { pools.reduce(0) { $0 + $1.waitingClients } }
    var longestWait: Double { pools.lazy.filter { $0.waitingClients > 0 }.map(\.longestWait).max() ?? 0 }
    var usedClients: Int? { counts["used_clients"] }
    var maxClients: Int? { settings["max_client_conn"].flatMap { Int($0) } }

    func database(of pool: Pool) -> PooledDatabase? { databases.first { $0.name == pool.database } }

    /// Server connections that a pool may have, without those kept in reserve.
    func size(of pool: Pool) -> Int? {
        (database(of: pool)?.poolSize ?? settings["default_pool_size"].flatMap { Int($0) }).flatMap {
            $0 > 0 ? $0 : nil
        }
    }

    /// Those with the longest queue in time first; of the others the busiest.
    var rankedPools: [Pool] {
        pools.sorted { left, right in
            let (a, b) = (left.rank, right.rank)
            return a == b ? left.name < right.name : a > b
        }
    }
}

extension Pool {
    fileprivate var rank: (Double, Int, Int, Int) {
        (waitingClients > 0 ? longestWait : -1, waitingClients, activeServers, activeClients)
    }
}

extension Observation.Content {
    /// The same trouble (a lost connection) is told once.
    mutating func addProblem(_ error: ProbeError) {
        if !problems.contains(where: { $0.kind == error.kind && $0.message == error.message }) {
            problems.append(error)
        }
    }
}

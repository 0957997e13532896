import Diagnostics

/// Why clients wait for a pool, in a sentence, as far as the console's numbers tell.
struct PoolReading {
    let pool: Pool
    let view: PoolerView

    /// `12 clients wait for app/worker, the longest 3.2 s: all of its 20 server connections are busy: …`
    var sentence: String {
        let count = pool.waitingClients == 1 ? "1 client waits" : "\(pool.waitingClients) clients wait"
        return "\(count) for \(pool.name), the longest \(Units.seconds(pool.longestWait)): \(cause)"
    }

    private var database: PooledDatabase? { view.database(of: pool) }

    private var cause: String {
        if let state = view.state, state != "active" {
            return "PgBouncer is \(state) as a whole: RESUME lets them go on"
        }
        if database?.isPaused == true {
            return "database \(pool.database) is paused: RESUME \(pool.database) lets them go on"
        }
        if pool.servers == 0 { return nobodyServes }
        if pool.servers == pool.loginServers { return "its \(servers(pool.servers)) still logging in to \(place)" }
        if let limit = exhausted { return limit }
        return "\(pool.activeServers) of its \(servers(pool.servers)) busy: the queue moves on"
    }

    private var nobodyServes: String {
        let paused = view.state == nil ? "PgBouncer is paused (RESUME), or " : ""
        return "it has no server connection: \(paused)\(place) is not to be reached or does not let it in; "
            + "PgBouncer's log says which"
    }

    /// Which limit keeps it from opening one more, and what fills that.
    private var exhausted: String? {
        if let database, database.maxConnections > 0, database.connections >= database.maxConnections {
            return "all \(database.maxConnections) server connections that database \(pool.database) may have "
                + "(max_db_connections) are taken by its pools together"
        }
        guard let size = view.size(of: pool), pool.servers >= size else { return nil }
        let busy = pool.servers - pool.idleServers - pool.usedServers
        guard busy >= size else { return nil }
        let all = busy == 1 ? "its only server connection is busy" : "its \(busy) server connections are all busy"
        return "\(all) (pool_size \(size)): \(reason)"
    }

    private var reason: String {
        let mode = pool.mode ?? database?.mode ?? view.settings["pool_mode"]
        return mode == "session"
            ? "in session mode a client keeps its server connection until it leaves, idle or not; or the pool is too small"
            : "statements are slow, transactions are kept open, or the pool is too small"
    }

    private var place: String { database?.place ?? pool.database }

    private func servers(_ count: Int) -> String {
        count == 1 ? "1 server connection is" : "\(count) server connections are"
    }
}

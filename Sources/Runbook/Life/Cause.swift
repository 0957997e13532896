import Diagnostics

/// What the evidence of an alert says that its cause is: the head of the lock queue, the greatest hog, the component
/// that the health check names. Only what was seen; where the evidence does not say, there is none.
enum Cause {
    static func seen(of alert: String, in evidence: [Evidence]) -> String? {
        (signs[alert] ?? []).lazy.compactMap { $0.sentence(in: evidence) }.first
    }

    /// Where to look, the most telling first.
    private static let signs: [String: [Sign]] = [
        "HighCPUUsage": [.row("host.processes.cpu") { "\($0["command"]) (pid \($0["pid"])) takes \($0["processor"])" }],
        "HighMemoryUsage": [
            .row("host.processes.memory") { "\($0["command"]) (pid \($0["pid"])) holds \($0["resident"])" }
        ],
        "DiskSpaceLow": [.row("host.folders") { "\($0["path"]) takes \($0["size"])" }],
        "PostgreSQLConnectionsExhausted": [
            .fact("postgresql.pools.summary"), .row("postgresql.connections.clients", connections),
        ],
        "PostgreSQLReplicationLag": [
            .fact("postgresql.replication.missing"), .fact("postgresql.replication.receiver"),
            .fact("postgresql.replication.risk"), .row("postgresql.replication.standbys", standby),
        ],
        "PostgreSQLDeadlocks": [.branch("postgresql.deadlocks.reports"), .fact("postgresql.locks.first")],
        "PostgreSQLLongTransaction": [.row("postgresql.transactions", session)],
        "PostgreSQLIdleInTransaction": [
            .row("postgresql.transactions", session), .row("postgresql.connections.idle", session),
        ],
        "PostgreSQLSlotRetention": [.fact("postgresql.replication.risk")],
        "PostgreSQLStandbyMissing": [.fact("postgresql.replication.missing")],
        "PgBouncerPoolWaiting": [.fact("postgresql.pools.reading"), .fact("postgresql.pools.summary")],
        "RedisMemoryFull": [
            .row("redis.keys.largest") { "\($0["key"]) alone takes \($0["memory"])" },
            .fact("redis.memory.headroom"), .fact("redis.memory.limit"),
        ],
        "RedisConnectionsExhausted": [.row("redis.clients") { "\($0["connected"]) clients of \($0["maxclients"])" }],
        "RedisEvictions": [.fact("redis.memory.limit")],
        "RedisReplicationBroken": [.fact("redis.replication")],
        "RedisReplicationLag": [
            .row("redis.replicas") { "\($0["replica"]) is \($0["state"]), \($0["behind"]) behind" }
        ],
        "RedisSaveFailing": [.fact("redis.persistence")], "RedisSaveOverdue": [.fact("redis.persistence")],
        "RedisSlowlogGrowth": [
            .row("redis.slowlog.shapes") { "\($0["command"]) ran \($0["times"]) times, \($0["total"]) in all" }
        ],
        "RedisClusterSlotsUncovered": [.fact("redis.cluster")], "RedisClusterDegraded": [.fact("redis.cluster")],
        "RedisSentinelFailover": [.row("sentinel.disagreement") { "Sentinels disagree on \($0["master"])" }],
        "HighErrorRate": [
            .row("http.health.detail", where: { isUnwell($0["value"]) }, unwell),
            .row("http.endpoints.errors") {
                "\($0["endpoint"]) failed \($0["errors"]) times, \($0["share"]) of its requests"
            },
        ],
        "APILatencyHigh": [.row("http.endpoints.slow") { "\($0["endpoint"]) takes \($0["mean"]) on average" }],
        "InstanceDown": [.fact("http.health.failure"), .fact("http.health.body")],
        "DebateTimeout": [.row("http.debates.slow") { "debate \($0["debate_id"]) has run for \($0["duration"])" }],
        "AuthFailuresSpike": [
            .row("logs.auth_failures.sources") { "\($0["count"]) from \($0["source"])" },
            .row("http.auth") { "\($0["failures"]) at \($0["endpoint"]): \($0["reason"])" },
        ],
        "RateLimitTriggered": [
            .row("logs.rate_limit.sources") { "\($0["count"]) from \($0["source"])" },
            .row("logs.rate_limit.endpoints") { "\($0["count"]) at \($0["endpoint"])" },
            .row("http.endpoints.rate_limited") { "\($0["rate_limited"]) at \($0["endpoint"])" },
        ],
        "CertificateExpiringSoon": [.fact("tls.expiry"), .fact("http.certificate")],
    ]

    private static func connections(_ row: Row) -> String {
        "\(client(row)) holds \(row["sessions"]) sessions, \(row["idle"]) of them idle"
    }

    private static func session(_ row: Row) -> String { "session \(row["pid"]) of \(client(row))" }

    /// Nobody is of the same role and address, and yet another program.
    private static func client(_ row: Row) -> String {
        let place = row.has("client_addr") ? " from \(row["client_addr"])" : ""
        let application = row.has("application_name") ? " \"\(row["application_name"])\"" : ""
        return "\(row["usename"])@\(row["datname"])\(application)\(place)"
    }

    private static func standby(_ row: Row) -> String {
        "\(row["application_name"]) is \(row["state"]), \(row["not_replayed"]) not replayed"
    }

    private static func unwell(_ row: Row) -> String { "\(row["component"]) is \(row["value"])" }

    private static func isUnwell(_ value: String) -> Bool {
        ["unhealthy", "down", "error", "failed", "failing", "unavailable", "critical", "open"]
            .contains(value.lowercased())
    }
}

/// A row of a table by the names of its columns.
private struct Row {
    let cells: [String: Cell]

    subscript(column: String) -> String {
        switch cells[column] {
        case .bytes(let count)?: Units.bytes(count)
        case .number(let number)?: Units.number(number)
        case let cell?: cell.plainText
        case nil: "–"
        }
    }

    func has(_ column: String) -> Bool { ![nil, Cell.none, .text("")].contains(cells[column]) }
}

/// One place in the evidence that may tell a cause.
private struct Sign: Sendable {
    let id: String
    let read: @Sendable (Evidence) -> String?

    func sentence(in evidence: [Evidence]) -> String? { evidence.lazy.filter { $0.id == id }.compactMap(read).first }

    static func fact(_ id: String) -> Sign { Sign(id: id) { $0.sentence } }

    /// The first branch of a tree, with what hangs directly below it.
    static func branch(_ id: String) -> Sign {
        Sign(id: id) { piece in
            guard case .tree(let branches) = piece.body, let first = branches.first else { return nil }
            return ([first.text] + first.children.prefix(4).map(\.text)).joined(separator: "; ")
        }
    }

    /// The first row, as tables have the worst on top.
    static func row(
        _ id: String, where isMeant: @escaping @Sendable (Row) -> Bool = { _ in true },
        _ words: @escaping @Sendable (Row) -> String
    ) -> Sign {
        Sign(id: id) { piece in
            guard case .table(let table) = piece.body else { return nil }
            let names = table.columns.map(\.name)
            return table.rows.lazy.map {
                Row(cells: Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }))
            }
            .first(where: isMeant).map(words)
        }
    }
}

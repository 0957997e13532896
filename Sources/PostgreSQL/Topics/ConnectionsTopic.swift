import Diagnostics

extension PostgreSQLProbe.Question {
    /// Connections used of those that can be had. Evidence: `postgresql.connections`, `….connections.clients`,
    /// `….connections.states`, `….connections.databases`, `….connections.limits`.
    public static let connections = Self(ConnectionsTopic())
}

struct ConnectionsTopic: Topic {
    let asks: [any Answer.Type] = [SessionGroup.self, ConnectionLimit.self]
    let metrics = [PostgreSQLMetrics.connectionsUsedRatio, PostgreSQLMetrics.connections]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        ConnectionsReport(server: reading.server, groups: try reading.all(), limits: try reading.all())
            .write(to: &content)
    }
}

/// Connections used of those that can be had, by state and by client: what the runbook's first two queries ask.
private struct ConnectionsReport {
    let server: Server
    let groups: [SessionGroup]
    let limits: [ConnectionLimit]

    private var used: Int { groups.reduce(0) { $0 + $1.count } }

    func write(to content: inout Observation.Content) {
        content.add(PostgreSQLMetrics.connectionsUsedRatio, Double(used) / Double(server.ordinaryConnections))
        content.add(PostgreSQLMetrics.connectionsMax, Double(server.ordinaryConnections))
        for (state, count, _) in states {
            content.add(PostgreSQLMetrics.connections, Double(count), labels: ["state": state])
        }
        for limit in limits {
            guard let ratio = limit.usedRatio else { continue }
            content.add(PostgreSQLMetrics.limitUsedRatio, ratio, labels: ["scope": limit.kind, "name": limit.name])
        }
        content.evidence += [summary, clientTable, stateTable, databaseTable]
        if !limits.isEmpty { content.evidence.append(limitTable) }
    }

    private var summary: Evidence {
        let reserved = [
            server.superuserReserved > 0 ? "\(server.superuserReserved) reserved for superusers" : nil,
            server.roleReserved > 0 ? "\(server.roleReserved) reserved for pg_use_reserved_connections" : nil,
        ].compactMap { $0 }.map { ", \($0)" }.joined()
        return .fact(
            "postgresql.connections", "Connections",
            "\(used) of \(server.ordinaryConnections) connections are used (max_connections "
                + "\(server.maxConnections)\(reserved))")
    }

    /// Number and longest time of each state, the most frequent first.
    private var states: [(state: String, count: Int, longest: Double?)] {
        Dictionary(grouping: groups) { $0.state ?? "hidden" }
            .map { state, groups in
                (state, groups.reduce(0) { $0 + $1.count }, groups.compactMap(\.longest).max())
            }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    private var stateTable: Evidence {
        .table(
            "postgresql.connections.states", "Connections by state", columns: ["state", "sessions", "longest"],
            rows: states.map { [.text($0.state), .integer(Int64($0.count)), Cell(seconds: $0.longest)] })
    }

    /// Ten are enough to see who holds most.
    private var clientTable: Evidence {
        let clients = Dictionary(grouping: groups, by: \.client).map { client, groups in
            (client: client, count: groups.reduce(0) { $0 + $1.count }, idle: groups.reduce(0) { $0 + $1.idleCount })
        }
        let hogs = clients.sorted { ($1.count, $0.client.sortKey) < ($0.count, $1.client.sortKey) }.prefix(10)
        return .table(
            "postgresql.connections.clients", "Connections by user, application, address and database",
            columns: Client.columns + ["sessions", "idle"],
            rows: hogs.map { $0.client.cells + [.integer(Int64($0.count)), .integer(Int64($0.idle))] })
    }

    private var databaseTable: Evidence {
        let databases = Dictionary(grouping: groups) { $0.client.database ?? "" }
            .map { ($0, $1.reduce(0) { $0 + $1.count }) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return .table(
            "postgresql.connections.databases", "Connections by database", columns: ["datname", "sessions"],
            rows: databases.prefix(10).map { [.text($0.0), .integer(Int64($0.1))] })
    }

    private var limitTable: Evidence {
        .table(
            "postgresql.connections.limits", "Databases and roles with a limit of their own",
            columns: ["kind", "name", "used", "limit", "used_ratio"],
            rows: limits.map { limit in
                [
                    .text(limit.kind), .text(limit.name), .integer(Int64(limit.used)), .integer(Int64(limit.limit)),
                    limit.usedRatio.map(Cell.ratio) ?? .none,
                ]
            })
    }
}

extension SessionGroup {
    fileprivate var idleCount: Int { state == "idle" ? count : 0 }
}

extension Client {
    /// An order that two runs share.
    fileprivate var sortKey: String {
        [role, application, address, database].map { $0 ?? "" }.joined(separator: "\u{0}")
    }
}

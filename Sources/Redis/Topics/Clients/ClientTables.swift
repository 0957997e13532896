import Diagnostics

/// Clients by whoever they are, by what they do, and those that take most.
struct ClientTables {
    let clients: [ClientEntry]
    let limits: OutputLimits
    let top: Int

    var all: [Evidence] { [kinds, groups, commands] + [large].compactMap { $0 } }

    private var groups: Evidence {
        let groups = Dictionary(grouping: clients) { [$0.host, $0.name, $0.user, $0.library] }
            .sorted { ($1.value.count, $0.key.sortKey) < ($0.value.count, $1.key.sortKey) }
        let rows = groups.prefix(top).map { who, clients -> [Cell] in
            who.map { Cell($0) } + [
                .integer(Int64(clients.count)), .integer(Int64(clients.count(where: \.isBlocked))),
                Cell(seconds: clients.compactMap(\.idle).max()), Cell(bytes: sum(clients.map(\.memory))),
                .text(mostCommon(clients.compactMap(\.command))),
            ]
        }
        return .table(
            "redis.clients.groups", title("Clients by address, name, user and library", groups.count),
            columns: [
                "address", "name", "user", "library", "clients", "blocked", "longest_idle", "memory", "commands",
            ],
            rows: rows)
    }

    private var commands: Evidence {
        let groups = Dictionary(grouping: clients) { $0.command ?? "none yet" }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let rows = groups.prefix(top).map { command, clients -> [Cell] in
            [
                .text(command), .integer(Int64(clients.count)), .integer(Int64(clients.count(where: \.isBlocked))),
                Cell(seconds: clients.compactMap(\.idle).min()), Cell(seconds: clients.compactMap(\.idle).max()),
            ]
        }
        return .table(
            "redis.clients.commands", title("By last command", groups.count),
            columns: ["command", "clients", "blocked", "shortest_idle", "longest_idle"], rows: rows)
    }

    /// What a client is, in the order in which it matters: one that monitors is a monitor, whatever else.
    private var kinds: Evidence {
        let kinds: [(String, (ClientEntry) -> Bool)] = [
            ("monitors", \.isMonitor), ("replicas", \.isReplica), ("the master", \.isMaster), ("blocked", \.isBlocked),
            ("subscribers", \.isSubscriber), ("in a transaction", \.isInTransaction), ("normal", { _ in true }),
        ]
        var rest = clients
        let rows = kinds.compactMap { name, belongs -> [Cell]? in
            let some = rest.filter(belongs)
            rest.removeAll(where: belongs)
            return some.isEmpty ? nil : row(name, some)
        }
        return .table(
            "redis.clients.kinds", "What they are",
            columns: ["kind", "clients", "memory", "output", "RESP2", "RESP3", "never_evicted"], rows: rows)
    }

    private func row(_ name: String, _ clients: [ClientEntry]) -> [Cell] {
        func speaking(_ version: Int64) -> Cell {
            clients.contains { $0.protocolVersion != nil }
                ? .integer(Int64(clients.count { $0.protocolVersion == version })) : .none
        }
        return [
            .text(name), .integer(Int64(clients.count)), Cell(bytes: sum(clients.map(\.memory))),
            .bytes(clients.reduce(0) { $0 + $1.output }), speaking(2), speaking(3),
            .integer(Int64(clients.count(where: \.isNeverEvicted))),
        ]
    }

    /// Only those that take something: most have empty buffers.
    private var large: Evidence? {
        let some = clients.filter { max($0.output, $0.input, $0.memory ?? 0) > 64 << 10 }
            .sorted { ($0.weight, $1.id) > ($1.weight, $0.id) }
        guard !some.isEmpty else { return nil }
        let rows = some.prefix(top).map { client -> [Cell] in
            [
                .text("\(client.reference)"), Cell(client.name), Cell(client.user), .bytes(client.output),
                Cell(ratio: limits.share(of: client)), .bytes(client.input), Cell(bytes: client.memory),
                Cell(seconds: client.idle), Cell(client.command),
            ]
        }
        return .table(
            "redis.clients.large", title("Those that take most memory", some.count),
            columns: [
                "client", "name", "user", "output", "of_limit", "query", "memory", "idle", "command",
            ], rows: rows)
    }

    private func title(_ words: String, _ count: Int) -> String {
        count > top ? "\(words) (\(top) of \(count), more with --top)" : words
    }

    private func sum(_ sizes: [Int64?]) -> Int64? {
        let known = sizes.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, &+)
    }

    /// `get 12, set 3`.
    private func mostCommon(_ words: [String]) -> String {
        Dictionary(grouping: words) { $0 }.mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(3).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

extension ClientEntry {
    fileprivate var weight: Int64 { max(output, input, memory ?? 0) }
}

extension [String?] {
    /// An order that two runs share.
    fileprivate var sortKey: String { map { $0 ?? "" }.joined(separator: "\u{0}") }
}

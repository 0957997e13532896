import Diagnostics

extension KeyspaceReport {
    /// Evidence: `redis.keys.scan`, `redis.keys.nodes`, `redis.keys.types`, `redis.keys.largest`, `redis.keys.longest`,
    /// `redis.keys.prefixes`, `redis.keys.expiry`, `redis.keys.patterns`, `redis.keys.growth`, `redis.keys.encodings`,
    /// `redis.keys.largest.by_type`, `redis.keys.longest.by_type`. Of a sample the types, prefixes and patterns are what is
    /// estimated of all keys, each number with its error.
    ///
    /// - Parameters:
    ///   - before: what the scan before this one found.
    ///   - limit: of prefixes.
    ///   - ofType: how many keys of each type are shown in its own ranking.
    public func evidence(since before: KeyspaceSummary? = nil, prefixes limit: Int = 20, ofType: Int = 3) -> [Evidence]
    {
        var evidence = [Evidence.fact("redis.keys.scan", "Scan", sentence)]
        if nodes.count > 1 || nodes.contains(where: { $0.reason != nil }) { evidence.append(nodeTable) }
        evidence += estimate.map { $0.evidence(limit) } ?? totals(limit)
        evidence.append(Self.table("redis.keys.largest", "Largest keys by memory", largest))
        evidence.append(Self.table("redis.keys.longest", "Longest keys by elements", longest))
        if let before, estimate == nil { evidence.append(growth(since: before, limit)) }
        if !encodingRows.isEmpty { evidence.append(encodingTable) }
        let (heavy, long) = (types.flatMap { $0.largest.prefix(ofType) }, types.flatMap { $0.longest.prefix(ofType) })
        evidence.append(Self.table("redis.keys.largest.by_type", "Largest of each type by memory", heavy))
        evidence.append(Self.table("redis.keys.longest.by_type", "Longest of each type by elements", long))
        return evidence
    }

    private func totals(_ limit: Int) -> [Evidence] {
        let shown = Array(prefixes.prefix(limit))
        let patternTable =
            patterns.isEmpty ? [] : [Self.table("redis.keys.patterns", "Patterns", "pattern", patterns)]
        return [typeTable] + patternTable + [
            Self.table("redis.keys.prefixes", "Prefixes", "prefix", shown), expiryTable(shown),
        ]
    }
}

// MARK: - In words

extension KeyspaceReport {
    private var sentence: String {
        let rate = duration > .zero ? Int64(Double(keysSeen) / duration.seconds) : 0
        let what = estimate == nil ? "\(keysSeen) keys\(finished)" : "a sample of \(keysSeen) keys\(ofAll)"
        var parts = ["\(what), \(rate) a second"]
        if vanished > 0 { parts.append("\(vanished) vanished meanwhile") }
        if changedType > 0 { parts.append("\(changedType) changed their type meanwhile") }
        if moved > 0 { parts.append("\(moved) were on their way to another node") }
        if misplaced > 0 {
            parts.append("\(misplaced) are in slots that their node does not serve, where nobody can read them")
        }
        if unasked > 0 { parts.append("\(unasked) have names too long to be asked about") }
        if otherPrefixes.keys > 0 { parts.append("\(otherPrefixes.keys) under too many prefixes to list") }
        if isExpiryEstimated, let withoutExpiry { parts.append("\(withoutExpiry) never expire, by INFO") }
        if let steps { parts.append(steps) }
        guard let interruption else { return parts.joined(separator: "; ") }
        let seen = share.map { " after about \(Int(($0 * 100).rounded(.down))) % of the keyspace" } ?? ""
        return "ended early\(seen) (\(Self.reason(interruption))): " + parts.joined(separator: "; ")
    }

    private var ofAll: String { keysTotal.map { " of \($0)" } ?? "" }

    private var finished: String {
        switch finishedDatabases.count {
        case 0: ""
        case 1: " in 1 database"
        case let count: " in \(count) databases"
        }
    }

    /// Means of a quarter of a second each: a single giant may have taken longer, and is then in the server's slow log.
    private var steps: String? {
        guard let longest = nodes.compactMap(\.longestStep).max() else { return nil }
        let wanted = longest > maxStep ? ", more than the \(Units.seconds(maxStep.seconds)) wanted" : ""
        return "a step took the server \(Units.seconds(longest.seconds)) at most, by its own clock\(wanted)"
    }

    /// What a person did, or asked for, needs no step of ours to be understood.
    private static func reason(_ interruption: ProbeError) -> String {
        interruption.kind == .cancelled ? "interrupted" : "\(interruption)"
    }
}

// MARK: - Tables

extension KeyspaceReport {
    private var nodeTable: Evidence {
        let rows = nodes.map { node -> [Cell] in
            [
                .text(node.address), .text(node.role.rawValue), node.slots.map { .text("\($0)") } ?? .none,
                .integer(node.keysSeen), node.keysTotal.map(Cell.integer) ?? .none,
                node.longestStep.map { .seconds($0.seconds) } ?? .none,
                (node.interruption.map { "ended early: \($0)" } ?? node.reason).map(Cell.text) ?? .none,
            ]
        }
        return .table(
            "redis.keys.nodes", "Read from",
            columns: ["node", "role", "slots", "seen", "of keys", "longest step", "why"], rows: rows)
    }

    private var typeTable: Evidence {
        let rows = types.map { [Cell.text(KeyName.escaped(Array($0.type.utf8)))] + $0.total.cells }
        return .table("redis.keys.types", "Types", columns: ["type"] + Self.totalColumns, rows: rows)
    }

    private static let totalColumns: [Table.Column] = ["keys", "memory", "elements", "without expiry"]

    private static func table(
        _ id: String, _ title: String, _ first: Table.Column, _ entries: [KeyPrefixes.Entry]
    ) -> Evidence {
        let rows = entries.map { [Cell.text($0.shownPattern)] + $0.total.cells }
        return .table(id, title, columns: [first] + totalColumns, rows: rows)
    }

    private static func table(_ id: String, _ title: String, _ keys: [KeyRecord]) -> Evidence {
        .table(
            id, title, columns: ["db", "key", "type", "memory", "elements", "expires in"], rows: keys.map(\.cells))
    }

    /// The first row is of all keys.
    private func expiryTable(_ shown: [KeyPrefixes.Entry]) -> Evidence {
        let expiring = shown.filter { $0.total.expiry.known > $0.total.expiry.never }
        let rows = [("all", total)] + expiring.map { ($0.shownPattern, $0.total) }
        return .table(
            "redis.keys.expiry", "When keys expire" + (isExpiryEstimated ? ", estimated from those asked" : ""),
            columns: ["prefix", "never"] + ExpirySpread.names.map { Table.Column($0) } + ["of keys asked"],
            rows: rows.map { name, total in
                [.text(name)] + total.expiry.scaled(to: total.keys).map(Cell.integer) + [.integer(total.expiry.asked)]
            })
    }

    /// Of many like keys only some were asked.
    private var isExpiryEstimated: Bool { estimate == nil && total.expiry.asked < total.expiry.known }

    private var encodingRows: [[Cell]] {
        types.flatMap { type -> [[Cell]] in
            let asked = type.encodings.reduce(0) { $0 + $1.keys }
            return type.encodings.map {
                [.text(type.type), .text($0.name), .ratio(Double($0.keys) / Double(asked)), .integer($0.keys)]
            }
        }
    }

    private var encodingTable: Evidence {
        .table(
            "redis.keys.encodings", "How keys are kept", columns: ["type", "encoding", "share", "of keys asked"],
            rows: encodingRows)
    }
}

extension KeyPrefixes.Entry {
    var shownPattern: String { pattern.isEmpty ? "(no prefix)" : pattern }
}

extension KeyTotal {
    fileprivate var cells: [Cell] {
        [
            .integer(keys), .bytes(memory), .integer(elements),
            expiry.known > 0 ? .ratio(Double(withoutExpiry) / Double(expiry.known)) : .none,
        ]
    }
}

extension KeyRecord {
    fileprivate var cells: [Cell] {
        [
            .integer(Int64(database)), .text("\(name)"), .text(KeyName.escaped(Array(type.utf8))),
            memory.map(Cell.bytes) ?? .none, elements.map(Cell.integer) ?? .none,
            secondsToLive.map { .seconds(Double($0)) } ?? .none,
        ]
    }
}

import Diagnostics

/// What a scan of the keyspace found.
public struct KeyspaceReport: Sendable {
    public struct TypeTotal: Sendable, Hashable {
        public let type: String
        public let total: KeyTotal
        /// By memory.
        public let largest: [KeyRecord]
        /// By elements, or bytes for strings.
        public let longest: [KeyRecord]
    }

    public let keysSeen: Int64
    /// By INFO at the start; nil where it may not be asked.
    public let keysTotal: Int64?
    /// Keys that were gone before they could be asked about.
    public let vanished: Int64
    /// Keys whose type was another one a moment later; their memory is counted, their elements are not.
    public let changedType: Int64
    /// Those scanned to their end.
    public let finishedDatabases: [Int]
    /// The most memory first.
    public let types: [TypeTotal]
    public let largest: [KeyRecord]
    /// Of all types but strings.
    public let longest: [KeyRecord]
    public let prefixes: [KeyPrefixes.Entry]
    /// Keys whose prefix found no room in the table.
    public let otherPrefixes: KeyTotal
    public let patterns: [KeyPrefixes.Entry]
    /// Questions that were refused.
    public let problems: [ProbeError]
    /// Why the scan ended before its end; nil when everything was seen.
    public let interruption: ProbeError?
    public let duration: Duration

    public var isComplete: Bool { interruption == nil }

    /// How much of the keyspace was seen, 0…1; nil where its size is not known.
    public var share: Double? {
        if isComplete { return 1 }
        return keysTotal.flatMap { $0 > 0 ? min(1, Double(keysSeen + vanished) / Double($0)) : nil }
    }

    public var total: KeyTotal { types.reduce(into: KeyTotal()) { $0.add($1.total) } }
}

extension KeyspaceReport {
    /// Evidence: `redis.keys.scan`, `redis.keys.types`, `redis.keys.largest`, `redis.keys.longest`,
    /// `redis.keys.prefixes`, `redis.keys.patterns`, `redis.keys.largest.by_type`, `redis.keys.longest.by_type`.
    ///
    /// - Parameters:
    ///   - limit: of prefixes.
    ///   - ofType: how many keys of each type are shown in its own ranking.
    public func evidence(prefixes limit: Int = 20, ofType: Int = 3) -> [Evidence] {
        var evidence = [Evidence.fact("redis.keys.scan", "Scan", sentence), typeTable]
        evidence.append(Self.table("redis.keys.largest", "Largest keys by memory", largest))
        evidence.append(Self.table("redis.keys.longest", "Longest keys by elements", longest))
        if !patterns.isEmpty { evidence.append(Self.table("redis.keys.patterns", "Patterns", "pattern", patterns)) }
        evidence.append(Self.table("redis.keys.prefixes", "Prefixes", "prefix", Array(prefixes.prefix(limit))))
        let (heavy, long) = (types.flatMap { $0.largest.prefix(ofType) }, types.flatMap { $0.longest.prefix(ofType) })
        evidence.append(Self.table("redis.keys.largest.by_type", "Largest of each type by memory", heavy))
        evidence.append(Self.table("redis.keys.longest.by_type", "Longest of each type by elements", long))
        return evidence
    }

    private var finished: String {
        switch finishedDatabases.count {
        case 0: ""
        case 1: " in 1 database"
        case let count: " in \(count) databases"
        }
    }

    private var sentence: String {
        let rate = duration > .zero ? Int64(Double(keysSeen) / duration.seconds) : 0
        var parts = ["\(keysSeen) keys\(finished), \(rate) a second"]
        if vanished > 0 { parts.append("\(vanished) vanished meanwhile") }
        if changedType > 0 { parts.append("\(changedType) changed their type meanwhile") }
        if otherPrefixes.keys > 0 { parts.append("\(otherPrefixes.keys) under too many prefixes to list") }
        guard let interruption else { return parts.joined(separator: "; ") }
        let seen = share.map { " after about \(Int(($0 * 100).rounded(.down))) % of the keyspace" } ?? ""
        return "ended early\(seen) (\(Self.reason(interruption))): " + parts.joined(separator: "; ")
    }

    /// What a person did, or asked for, needs no step of ours to be understood.
    private static func reason(_ interruption: ProbeError) -> String {
        interruption.kind == .cancelled ? "interrupted" : "\(interruption)"
    }

    private var typeTable: Evidence {
        let rows = types.map { [Cell.text(KeyName.escaped(Array($0.type.utf8)))] + $0.total.cells }
        return .table("redis.keys.types", "Types", columns: ["type"] + Self.totalColumns, rows: rows)
    }

    private static let totalColumns: [Table.Column] = ["keys", "memory", "elements", "without expiry"]

    private static func table(
        _ id: String, _ title: String, _ first: Table.Column, _ entries: [KeyPrefixes.Entry]
    ) -> Evidence {
        let rows = entries.map { [Cell.text($0.pattern.isEmpty ? "(no prefix)" : $0.pattern)] + $0.total.cells }
        return .table(id, title, columns: [first] + totalColumns, rows: rows)
    }

    private static func table(_ id: String, _ title: String, _ keys: [KeyRecord]) -> Evidence {
        .table(
            id, title, columns: ["db", "key", "type", "memory", "elements", "expires in"], rows: keys.map(\.cells))
    }
}

extension KeyTotal {
    fileprivate var cells: [Cell] {
        [
            .integer(keys), .bytes(memory), .integer(elements),
            .ratio(keys > 0 ? Double(withoutExpiry) / Double(keys) : 0),
        ]
    }
}

extension KeyRecord {
    fileprivate var cells: [Cell] {
        [
            .integer(Int64(database)), .text("\(name)"), .text(type), memory.map(Cell.bytes) ?? .none,
            .init(elements), secondsToLive.map { .seconds(Double($0)) } ?? .none,
        ]
    }
}

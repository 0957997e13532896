/// What a heavyweight lock is on.
public enum LockedObject: Sendable, Hashable, Codable {
    /// A table, index, view or sequence.
    case relation(String)
    case page(relation: String, page: Int)
    /// One version of a row: who holds it is next in line for the row.
    case tuple(relation: String, page: Int, tuple: Int)
    /// A transaction that has changed something: who waits for it waits for a row, or for an index entry, of its.
    case transaction(String)
    /// A transaction as seen before it has changed anything: CREATE INDEX CONCURRENTLY waits for those.
    case virtualTransaction(String)
    case advisory(key: String)
    /// Room at the end of a relation, frozen transaction ids, an object of a catalog, and what later versions add.
    case other(kind: String, detail: String)
}

extension LockedObject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .relation(let name): name
        case .page(let relation, let page): "page \(page) of \(relation)"
        case .tuple(let relation, let page, let tuple): "row (\(page),\(tuple)) of \(relation)"
        case .transaction(let number): "transaction \(number)"
        case .virtualTransaction(let number): "virtual transaction \(number)"
        case .advisory(let key): "advisory lock \(key)"
        case .other(let kind, let detail): detail.isEmpty ? kind : "\(kind) \(detail)"
        }
    }
}

extension LockedObject {
    init(_ row: Row) throws(RowError) {
        let kind: String = try row.get("locktype")
        switch kind {
        case "relation": self = .relation(try Self.relation(row))
        case "page": self = .page(relation: try Self.relation(row), page: try row.get("page"))
        case "tuple":
            self = .tuple(relation: try Self.relation(row), page: try row.get("page"), tuple: try row.get("tuple"))
        case "transactionid": self = .transaction(try row.get("transaction"))
        case "virtualxid": self = .virtualTransaction(try row.get("virtual_transaction"))
        case "advisory": self = .advisory(key: try Self.advisoryKey(row))
        default: self = .other(kind: kind, detail: try Self.detail(row))
        }
    }

    /// With its database where that is not ours: there only its number is known.
    private static func relation(_ row: Row) throws(RowError) -> String {
        let name: String = try row.get("relation")
        let database: String? = try row.getIfPresent("database")
        return Int64(name) == nil ? name : "relation \(name) of database \(database ?? "?")"
    }

    /// As it was given: `pg_advisory_lock(4294967338)`, `pg_advisory_lock(1, 42)` (manual, 54.12, on pg_locks).
    private static func advisoryKey(_ row: Row) throws(RowError) -> String {
        let upper: Int64 = try row.get("class_id")
        let lower: Int64 = try row.get("object_id")
        guard try row.get("object_sub_id", as: Int.self) == 1 else {
            return "(\(Int32(truncatingIfNeeded: upper)), \(Int32(truncatingIfNeeded: lower)))"
        }
        return "\(upper << 32 | lower)"
    }

    private static func detail(_ row: Row) throws(RowError) -> String {
        if let relation: String = try row.getIfPresent("relation") { return "of \(relation)" }
        guard let catalog: Int64 = try row.getIfPresent("class_id") else { return "" }
        return "\(catalog)/\(try row.getIfPresent("object_id", as: Int64.self) ?? 0)"
    }
}

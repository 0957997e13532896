/// What a heavyweight lock is on.
public enum LockedObject: Sendable, Hashable, Codable {
    /// A table, index, view or sequence.
    case relation(String)
    case page(relation: String, page: Int)
    /// One version of a row: who holds it is next in line for the row.
    case tuple(relation: String, page: Int, tuple: Int)
    /// Room at the end of a relation: one session at a time makes it longer.
    case relationExtension(of: String)
    /// A transaction that has changed something: who waits for it waits for a row, or for an index entry, of its.
    case transaction(String)
    /// A transaction as seen before it has changed anything: CREATE INDEX CONCURRENTLY waits for those.
    case virtualTransaction(String)
    /// A row that `INSERT … ON CONFLICT` has put in tentatively, until it knows whether it may stay.
    case speculativeInsertion(transaction: String)
    case advisory(key: String)
    /// What is no relation: a schema, a type, a role, a database.
    case object(String)
    /// Frozen transaction ids of a database, a transaction that logical replication applies, and what later versions add.
    case other(kind: String, detail: String)

    /// `relation`, `tuple`, `transactionid`…, as `pg_locks.locktype` has it.
    public var kind: String {
        switch self {
        case .relation: "relation"
        case .page: "page"
        case .tuple: "tuple"
        case .relationExtension: "extend"
        case .transaction: "transactionid"
        case .virtualTransaction: "virtualxid"
        case .speculativeInsertion: "spectoken"
        case .advisory: "advisory"
        case .object: "object"
        case .other(let kind, _): kind
        }
    }
}

extension LockedObject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .relation(let name): name
        case .page(let relation, let page): "page \(page) of \(relation)"
        case .tuple(let relation, let page, let tuple): "row (\(page),\(tuple)) of \(relation)"
        case .relationExtension(let relation): "the end of \(relation), to extend it"
        case .transaction(let number): "transaction \(number)"
        case .virtualTransaction(let number): "virtual transaction \(number)"
        case .speculativeInsertion(let transaction): "speculative insertion of transaction \(transaction)"
        case .advisory(let key): "advisory lock \(key)"
        case .object(let name): name
        case .other(let kind, let detail): detail.isEmpty ? kind : "\(kind) \(detail)"
        }
    }
}

// MARK: - As pg_locks tells it

extension LockedObject {
    init(_ row: Row) throws(RowError) {
        let kind: String = try row.get("locktype")
        switch kind {
        case "relation": self = .relation(try Self.relation(row))
        case "page": self = .page(relation: try Self.relation(row), page: try row.get("page"))
        case "tuple":
            self = .tuple(relation: try Self.relation(row), page: try row.get("page"), tuple: try row.get("tuple"))
        case "extend": self = .relationExtension(of: try Self.relation(row))
        case "transactionid": self = .transaction(try row.get("transaction"))
        case "virtualxid": self = .virtualTransaction(try row.get("virtual_transaction"))
        case "spectoken": self = .speculativeInsertion(transaction: try Self.insertingTransaction(row))
        case "advisory": self = .advisory(key: try Self.advisoryKey(row))
        case "object": self = .object(try row.get("object"))
        default: self = .other(kind: kind, detail: try Self.detail(row))
        }
    }

    /// With its database where that is not ours: there only its number is known. A session locks relations of its own
    /// database only, so its database is the relation's; replay on a standby has none of its own.
    private static func relation(_ row: Row) throws(RowError) -> String {
        let name: String = try row.get("relation")
        guard Int64(name) != nil else { return name }
        let number: String? = try row.getIfPresent("database")
        let database: String? = try row.getIfPresent("datname")
        return "relation \(name) of database \(database ?? number ?? "?")"
    }

    /// Before PostgreSQL 15 the number stands in the database's column.
    private static func insertingTransaction(_ row: Row) throws(RowError) -> String {
        if let number: String = try row.getIfPresent("transaction") { return number }
        return try row.getIfPresent("database") ?? "?"
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
        if let transaction: String = try row.getIfPresent("transaction") { return "of transaction \(transaction)" }
        if let catalog: Int64 = try row.getIfPresent("class_id") {
            return "\(catalog)/\(try row.getIfPresent("object_id", as: Int64.self) ?? 0)"
        }
        return try row.getIfPresent("datname", as: String.self).map { "of database \($0)" } ?? ""
    }
}

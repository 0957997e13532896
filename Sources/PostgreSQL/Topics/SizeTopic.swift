import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What takes room on the disk. Evidence: `postgresql.size.databases`, `….size.tables`, `….size.indexes`,
    /// `….size.wal`, `….size.unmeasured`.
    public static func size(top: Int = 15) -> Self { Self(SizeTopic(top: top)) }
}

struct SizeTopic: Topic {
    let top: Int

    let asks: [any Answer.Type] = [DatabaseSize.self, TableSize.self, UselessIndex.self, WALDirectory.self]
    var parameters: [String: String] { ["diag.top": "\(top)"] }

    /// Each of the four is told even where another is refused.
    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        content.attempt([]) { content throws(ProbeError) in
            writeDatabases(try reading.all(), to: &content)
        }
        content.attempt([]) { content throws(ProbeError) in
            content.evidence.append(
                .listing(
                    "postgresql.size.tables", "Largest tables of \(reading.server.database)",
                    try reading.all(TableSize.self)))
        }
        content.attempt([]) { content throws(ProbeError) in
            content.evidence.append(
                .listing(
                    "postgresql.size.indexes", "Indexes of \(reading.server.database) that serve nobody",
                    try reading.all(UselessIndex.self)))
        }
        content.attempt([]) { content throws(ProbeError) in
            content.evidence.append(.fact("postgresql.size.wal", "WAL", try reading.one(WALDirectory.self).sentence))
        }
    }

    private func writeDatabases(_ databases: [DatabaseSize], to content: inout Observation.Content) {
        content.evidence.append(.listing("postgresql.size.databases", "Databases", databases))
        let hidden = databases.filter { $0.integer("size") == nil }.compactMap { $0.text("datname") }
        let left = (databases.first?.integer("databases") ?? 0) - Int64(databases.count)
        let words = [
            hidden.isEmpty
                ? nil : "\(hidden.joined(separator: ", ")): this role may neither connect nor read statistics",
            left > 0
                ? "\(Count.of(left, "database")) that least happens in: measuring all would cost the server too much"
                : nil,
        ].compactMap { $0 }
        guard !words.isEmpty else { return }
        content.evidence.append(
            .fact("postgresql.size.unmeasured", "Not measured", words.joined(separator: "; ")))
    }
}

/// `database-sizes.sql`.
struct DatabaseSize: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.databaseSizes] }
    static let hidden: Set<String> = ["databases"]
}

/// `table-sizes.sql`.
struct TableSize: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.tableSizes] }
}

/// `useless-indexes.sql`.
struct UselessIndex: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.uselessIndexes] }
}

/// `wal-directory.sql`.
struct WALDirectory: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.walDirectory] }

    fileprivate var sentence: String {
        let (size, aim) = (integer("size") ?? 0, integer("max_wal_size") ?? 0)
        let slots = integer("slot_keep_size").map { "slots may keep \(Units.bytes($0))" }
        let excess = size > 2 * aim ? "; more than twice that: see diag pg replication for what keeps it" : ""
        return "\(Units.bytes(size)) in \(Count.of(integer("files") ?? 0, "file")); checkpoints aim at "
            + "\(Units.bytes(aim)) (max_wal_size), \(slots ?? "slots may keep any amount")\(excess)"
    }
}

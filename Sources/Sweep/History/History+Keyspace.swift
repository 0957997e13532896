import Diagnostics
import GRDB
import Redis

extension History {
    /// Keeps what a scan found in place of what the one before did, and gives that back; nil when it was the first, or the
    /// file cannot be used.
    func replaceKeyspace(of target: Target, with summary: KeyspaceSummary) async -> KeyspaceSummary? {
        let name = [target.kind.rawValue, target.name]
        return try? await queue.write { database in
            let before = try Self.keyspace(database, name)
            try database.execute(
                sql: "DELETE FROM keyspace WHERE kind = ? AND target = ?", arguments: StatementArguments(name))
            let insert = try database.cachedStatement(sql: "INSERT INTO keyspace VALUES (?, ?, ?, ?, ?, ?, ?)")
            for entry in summary.entries {
                try insert.execute(
                    arguments: [
                        name[0], name[1], summary.time.secondsSinceEpoch, entry.kind.rawValue, entry.name, entry.keys,
                        entry.memory,
                    ])
            }
            return before
        }
    }

    private static func keyspace(_ database: Database, _ name: [String]) throws -> KeyspaceSummary? {
        let rows = try Row.fetchAll(
            database, sql: "SELECT time, grouped_by, name, keys, memory FROM keyspace WHERE kind = ? AND target = ?",
            arguments: StatementArguments(name))
        guard let first = rows.first else { return nil }
        let entries = rows.compactMap { row -> KeyspaceSummary.Entry? in
            guard let kind = KeyspaceSummary.Entry.Kind(rawValue: row[1]) else { return nil }
            return .init(kind: kind, name: row[2], keys: row[3], memory: row[4])
        }
        return KeyspaceSummary(time: Timestamp(secondsSinceEpoch: first[0]), entries: entries)
    }
}

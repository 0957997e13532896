import Diagnostics
import GRDB
import Runbook

/// The ledgers of all receivers in the database.
enum LedgerStore {
    static func load(_ database: Database, _ receiver: Receiver) throws -> Ledger {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM delivery WHERE receiver = ?", arguments: [receiver.id])
        return Ledger(rows.compactMap(Ledger.Entry.init))
    }

    static func save(_ database: Database, _ ledger: Ledger, _ receiver: Receiver) throws {
        try database.execute(sql: "DELETE FROM delivery WHERE receiver = ?", arguments: [receiver.id])
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO delivery (receiver, alert, kind, target, labels, annotations, starts_at, sent_at, resolved_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for entry in ledger.entries.values { try insert.execute(arguments: [receiver.id] + entry.arguments) }
    }
}

extension Ledger.Entry {
    fileprivate init?(_ row: Row) {
        guard let kind = Target.Kind(rawValue: row["kind"]) else { return nil }
        self.init(
            place: .init(alert: row["alert"], target: TargetID(kind: kind, name: row["target"])),
            labels: LabelsText.labels(row["labels"]), annotations: LabelsText.labels(row["annotations"]),
            startsAt: Timestamp(secondsSinceEpoch: row["starts_at"]),
            sentAt: (row["sent_at"] as Double?).map(Timestamp.init(secondsSinceEpoch:)),
            resolvedAt: (row["resolved_at"] as Double?).map(Timestamp.init(secondsSinceEpoch:)))
    }

    fileprivate var arguments: StatementArguments {
        [
            place.alert, place.target.kind.rawValue, place.target.name, LabelsText.text(labels),
            LabelsText.text(annotations), startsAt.secondsSinceEpoch, sentAt?.secondsSinceEpoch,
            resolvedAt?.secondsSinceEpoch,
        ]
    }
}

extension History {
    /// Changes one receiver's ledger in one transaction.
    func changing<Product: Sendable>(
        _ receiver: Receiver, _ change: @escaping @Sendable (inout Ledger) -> Product
    ) async throws(HistoryError) -> Product {
        do {
            return try await queue.write { database in
                var ledger = try LedgerStore.load(database, receiver)
                let product = change(&ledger)
                try LedgerStore.save(database, ledger, receiver)
                return product
            }
        } catch {
            throw HistoryError(path: path, error)
        }
    }

    /// How long before `time` the last sweep ended; nil when there was none.
    func pause(before time: Timestamp) async -> Duration? {
        let last = try? await queue.read { database in
            try Double.fetchOne(
                database, sql: "SELECT max(time) FROM sweep WHERE time < ?", arguments: [time.secondsSinceEpoch])
        }
        return last.flatMap { $0 }.map { .seconds(time.secondsSinceEpoch - $0) }
    }
}

import Diagnostics
import GRDB
import Runbook

/// The state of each alert in the database. An alert that is inactive has no row.
enum AlertStateStore {
    static func load(_ database: Database) throws -> [AlertState.Key: AlertState] {
        var states: [AlertState.Key: AlertState] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT * FROM alert_state LEFT JOIN alert_life USING (alert, kind, target, source, labels)
                """)
        while let row = try rows.next() {
            guard let key = AlertState.Key(row), let state = AlertState(row) else { continue }
            states[key] = state
        }
        return states
    }

    static func save(_ database: Database, _ states: [AlertState.Key: AlertState]) throws {
        try database.execute(sql: "DELETE FROM alert_state; DELETE FROM alert_life")
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO alert_state (alert, kind, target, source, labels, phase, since, began, resolved, flaps,
                    held_time, held_summary, held_value, held_evidence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (key, state) in states { try insert.execute(arguments: key.arguments + state.arguments) }
        try LifeStore.save(database, states)
    }
}

extension AlertState.Key {
    /// Nil for a kind of target that a later version knew.
    init?(_ row: Row) {
        guard let kind = Target.Kind(rawValue: row["kind"]) else { return nil }
        self.init(
            alert: row["alert"], target: TargetID(kind: kind, name: row["target"]), source: row["source"],
            labels: LabelsText.labels(row["labels"]))
    }

    var arguments: StatementArguments {
        [alert, target.kind.rawValue, target.name, source, LabelsText.text(labels)]
    }
}

extension AlertState {
    fileprivate init?(_ row: Row) {
        guard let phase = Phase(rawValue: row["phase"]) else { return nil }
        self.init(
            phase: phase, since: Timestamp(secondsSinceEpoch: row["since"]), began: row.timestamp("began"),
            held: Held(row, "held"), resolved: row.timestamp("resolved"), flaps: row["flaps"], life: Life(row))
    }

    fileprivate var arguments: StatementArguments {
        [
            phase.rawValue, since.secondsSinceEpoch, began?.secondsSinceEpoch, resolved?.secondsSinceEpoch, flaps,
            held?.time.secondsSinceEpoch, held?.summary, held?.value, held?.evidence.joined(separator: "\n"),
        ]
    }
}

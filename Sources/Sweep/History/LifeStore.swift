import Diagnostics
import GRDB
import Runbook

/// What each life of an alert brought, beside its state.
enum LifeStore {
    static func save(_ database: Database, _ states: [AlertState.Key: AlertState]) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO alert_life (alert, kind, target, source, labels, severity, is_holding, dips, relief,
                    held_threshold, held_cause,
                    onset_time, onset_summary, onset_value, onset_threshold, onset_cause, onset_evidence,
                    worst_time, worst_summary, worst_value, worst_threshold, worst_cause, worst_evidence,
                    ack_by, ack_note, ack_time, ack_until)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (key, state) in states { try insert.execute(arguments: key.arguments + arguments(of: state)) }
    }

    private static func arguments(of state: AlertState) -> StatementArguments {
        let life = state.life
        let own: StatementArguments = [
            life.severity?.rawValue, life.isHolding, life.dips, life.relief, state.held?.threshold, state.held?.cause,
        ]
        return own + .held(life.onset) + .held(life.worst) + .acknowledgement(life.acknowledgement)
    }
}

extension AlertState.Life {
    /// Of a row that a version before this one wrote there is nothing to know.
    init(_ row: Row) {
        let severity: Int? = row["severity"]
        self.init(
            onset: AlertState.Held(row, "onset"), worst: AlertState.Held(row, "worst"),
            isHolding: row["is_holding"] ?? false, dips: row["dips"] ?? 0, relief: row["relief"],
            acknowledgement: Acknowledgement(row), severity: severity.flatMap(Severity.init))
    }
}

extension Acknowledgement {
    fileprivate init?(_ row: Row) {
        guard let by: String = row["ack_by"], let time = row.timestamp("ack_time") else { return nil }
        self.init(by: by, note: row["ack_note"] ?? "", time: time, until: row.timestamp("ack_until"))
    }
}

extension AlertState.Held {
    /// Of the columns that begin with this; nil where they are empty.
    init?(_ row: Row, _ prefix: String) {
        guard let time = row.timestamp("\(prefix)_time"), let summary: String = row["\(prefix)_summary"] else {
            return nil
        }
        let evidence: String = row["\(prefix)_evidence"] ?? ""
        self.init(
            time: time, summary: summary, value: row["\(prefix)_value"], threshold: row["\(prefix)_threshold"],
            cause: row["\(prefix)_cause"], evidence: evidence.split(separator: "\n").map(String.init))
    }
}

extension StatementArguments {
    /// Time, summary, value, threshold, cause, evidence.
    static func held(_ held: AlertState.Held?) -> StatementArguments {
        [
            held?.time.secondsSinceEpoch, held?.summary, held?.value, held?.threshold, held?.cause,
            held?.evidence.joined(separator: "\n"),
        ]
    }

    fileprivate static func acknowledgement(_ given: Acknowledgement?) -> StatementArguments {
        [given?.by, given?.note, given?.time.secondsSinceEpoch, given?.until?.secondsSinceEpoch]
    }
}

extension Row {
    func timestamp(_ column: String) -> Timestamp? {
        (self[column] as Double?).map(Timestamp.init(secondsSinceEpoch:))
    }
}

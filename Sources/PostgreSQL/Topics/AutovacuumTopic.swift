import Diagnostics

extension PostgreSQLProbe.Question {
    /// Tables that autovacuum should have come to, in the database that is connected to. Evidence:
    /// `postgresql.autovacuum`, `….autovacuum.tables`.
    public static let autovacuum = Self(AutovacuumTopic())
}

struct AutovacuumTopic: Topic {
    let asks: [any Answer.Type] = [OverdueTable.self]
    let metrics = [PostgreSQLMetrics.vacuumOverdueTables, PostgreSQLMetrics.autovacuumWorkersUsed]

    /// Nothing is vacuumed on a standby.
    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let rows: [OverdueTable] = try reading.all()
        guard let first = rows.first else { return }
        content.add(PostgreSQLMetrics.vacuumOverdueTables, Double(first.overdue))
        content.evidence.append(.fact("postgresql.autovacuum", "Autovacuum", first.sentence(reading.server.database)))
        if first.relation != nil { content.evidence.append(table(rows, in: reading.server.database)) }
        guard reading.server.seesAll else {
            content.gaps.append(
                Gap(PostgreSQLMetrics.autovacuumWorkersUsed, "this role does not see autovacuum's workers"))
            return
        }
        content.add(
            PostgreSQLMetrics.autovacuumWorkersUsed, Double(first.workers) / Double(max(1, first.maxWorkers)))
    }

    private func table(_ rows: [OverdueTable], in database: String) -> Evidence {
        .table(
            "postgresql.autovacuum.tables", "Tables of \(database) that wait for vacuum",
            columns: ["relation", "dead_rows", "live_rows", "trigger", "last_vacuum"],
            rows: rows.map { row in
                [
                    Cell(row.relation), Cell(integer: row.dead), Cell(integer: row.live),
                    row.trigger.map { .integer(Int64($0)) } ?? .none, Cell(seconds: row.lastVacuum),
                ]
            })
    }
}

extension OverdueTable {
    fileprivate func sentence(_ database: String) -> String {
        let state = isOn ? "\(workers) of \(maxWorkers) workers are at work" : "autovacuum or track_counts is off"
        let tables = overdue == 1 ? "1 table is" : "\(overdue) tables are"
        return "\(state); in database \(database) \(tables) overdue"
    }
}

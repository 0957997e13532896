import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// How far from wraparound, and where dead rows are. Evidence: `postgresql.vacuum`, `….vacuum.databases`,
    /// `….vacuum.tables`, `….vacuum.dead`.
    public static func vacuum(top: Int = 10) -> Self { Self(VacuumTopic(top: top)) }
}

struct VacuumTopic: Topic {
    let top: Int

    let asks: [any Answer.Type] = [
        AutovacuumState.self, DatabaseAge.self, TableAge.self, DeadTuples.self,
    ]
    var parameters: [String: String] { ["diag.top": "\(top)"] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let databases = try reading.all(DatabaseAge.self)
        let dead = try reading.all(DeadTuples.self)
        content.evidence.append(
            .fact(
                "postgresql.vacuum", "Vacuum",
                try Self.sentence(reading.one(), databases.first, dead, seesWorkers: reading.server.seesAll)))
        content.evidence.append(.listing("postgresql.vacuum.databases", "Distance to wraparound", databases))
        content.evidence.append(Self.old(try reading.all(), in: reading.server.database))
        content.evidence.append(Self.dead(dead, in: reading.server.database))
    }

    /// Only those that matter: every young cluster has a catalog that was never frozen.
    private static func old(_ tables: [TableAge], in database: String) -> Evidence {
        let old = tables.filter(\.isOld)
        guard old.isEmpty else {
            return .listing(
                "postgresql.vacuum.tables", "Tables of \(database) that are the longest not frozen", old)
        }
        return .fact(
            "postgresql.vacuum.tables", "Freezing",
            "no table of \(database) is past a tenth of autovacuum_freeze_max_age")
    }

    private static func dead(_ tables: [DeadTuples], in database: String) -> Evidence {
        let many = tables.filter(\.isWorthALook)
        guard many.isEmpty else {
            return .listing("postgresql.vacuum.dead", "Tables of \(database) with the most dead rows", many)
        }
        return .fact("postgresql.vacuum.dead", "Dead rows", "no table of \(database) has 1000 of them, or is due")
    }

    private static func sentence(
        _ state: AutovacuumState, _ worst: DatabaseAge?, _ dead: [DeadTuples], seesWorkers: Bool
    ) -> String {
        let all = state.integer("max_workers") ?? 0
        let workers =
            seesWorkers
            ? "\(state.integer("workers") ?? 0) of \(all) autovacuum workers busy"
            : "how many of the \(all) autovacuum workers are busy is hidden from this role"
        let due = dead.count { $0.flag("is_due") }
        return [
            state.flag("is_on") ? workers : "autovacuum is off: dead rows stay and wraparound comes nearer",
            worst.map {
                "\($0.text("datname") ?? "?") has used \(Units.ratio($0.number("used_ratio") ?? 0)) of its "
                    + "transaction numbers"
            },
            due > 0
                ? "\(Count.of(due, "table")) \(due == 1 ? "has" : "have") more dead rows than autovacuum waits for"
                : nil,
        ].compactMap { $0 }.joined(separator: "; ")
    }
}

/// `autovacuum.sql`.
struct AutovacuumState: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.autovacuum] }
}

/// `wraparound.sql`.
struct DatabaseAge: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.wraparound] }
}

/// `wraparound-tables.sql`.
struct TableAge: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.wraparoundTables] }

    /// Past a tenth of the age at which autovacuum would freeze it.
    var isOld: Bool {
        max(integer("xid_age") ?? 0, integer("mxid_age") ?? 0) > (integer("xid_limit") ?? 0) / 10
    }
}

/// `dead-tuples.sql`.
struct DeadTuples: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.deadTuples] }

    var isWorthALook: Bool { flag("is_due") || (integer("dead") ?? 0) >= 1000 }
}

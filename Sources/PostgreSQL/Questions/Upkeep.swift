import Diagnostics
import Queries

/// How many ids a database has used: `ids-used.sql`.
struct IDsUsed: Answer {
    let database: String
    let xidAge: Int64
    let xidUsed: Double
    let multixactAge: Int64
    let multixactUsed: Double
    let freezeMaxAge: Int64

    static var files: [SQLFile] { [PostgreSQLQueries.idsUsed] }

    init(_ row: Row) throws(RowError) {
        database = try row.get("datname")
        xidAge = try row.get("xid_age")
        xidUsed = try row.get("xid_used_ratio")
        multixactAge = try row.get("multixact_age")
        multixactUsed = try row.get("multixact_used_ratio")
        freezeMaxAge = try row.get("freeze_max_age")
    }
}

/// A prepared transaction: `prepared.sql`.
struct PreparedTransaction: Answer {
    /// Nil in the one row that says that there is none.
    let gid: String?
    let owner: String?
    let database: String?
    let age: Double
    let xidAge: Int64?
    let total: Int

    static var files: [SQLFile] { [PostgreSQLQueries.prepared] }

    init(_ row: Row) throws(RowError) {
        gid = try row.getIfPresent("gid")
        owner = try row.getIfPresent("owner")
        database = try row.getIfPresent("datname")
        age = try row.get("age")
        xidAge = try row.getIfPresent("xid_age")
        total = try row.get("total")
    }
}

/// A table that autovacuum should have come to, and how busy its workers are: `overdue.sql`.
struct OverdueTable: Answer {
    /// Nil in the one row that says that there is none.
    let relation: String?
    let dead: Int64?
    let live: Int64?
    let trigger: Double?
    let lastVacuum: Double?
    let overdue: Int
    let workers: Int
    let maxWorkers: Int
    let isOn: Bool

    static var files: [SQLFile] { [PostgreSQLQueries.overdue] }

    init(_ row: Row) throws(RowError) {
        relation = try row.getIfPresent("relation")
        dead = try row.getIfPresent("dead_rows")
        live = try row.getIfPresent("live_rows")
        trigger = try row.getIfPresent("trigger_rows")
        lastVacuum = try row.getIfPresent("last_vacuum")
        overdue = try row.get("overdue")
        workers = try row.get("workers")
        maxWorkers = try row.get("max_workers")
        isOn = try row.get("is_on")
    }
}

/// A collation and its versions: `collations.sql`.
struct CollationVersion: Answer {
    let database: String
    /// Nil for the database's default.
    let collation: String?
    let recorded: String?
    let actual: String?
    let differs: Bool

    static var files: [SQLFile] { [PostgreSQLQueries.collations, PostgreSQLQueries.collationsUpTo14] }

    init(_ row: Row) throws(RowError) {
        database = try row.get("datname")
        collation = try row.getIfPresent("collation_name")
        recorded = try row.getIfPresent("recorded")
        actual = try row.getIfPresent("actual")
        differs = try row.get("differs")
    }
}

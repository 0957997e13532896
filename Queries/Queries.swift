/// Every question that is put to a PostgreSQL server, one .sql file each. The files are embedded in the binary and run
/// as they are in psql.
public enum PostgreSQLQueries {
    public static var databases: SQLFile { SQLFile("databases", PackageResources.databases_sql) }
    public static var idle: SQLFile { SQLFile("idle", PackageResources.idle_sql) }
    public static var limits: SQLFile { SQLFile("limits", PackageResources.limits_sql) }
    public static var locks: SQLFile { SQLFile("locks", PackageResources.locks_sql) }
    public static var locksOn13: SQLFile { SQLFile("locks-13", PackageResources.locks_13_sql) }
    public static var receiver: SQLFile { SQLFile("receiver", PackageResources.receiver_sql) }
    public static var remedies: SQLFile { SQLFile("remedies", PackageResources.remedies_sql) }
    public static var server: SQLFile { SQLFile("server", PackageResources.server_sql) }
    public static var sessions: SQLFile { SQLFile("sessions", PackageResources.sessions_sql) }
    public static var slots: SQLFile { SQLFile("slots", PackageResources.slots_sql) }
    public static var standbys: SQLFile { SQLFile("standbys", PackageResources.standbys_sql) }
    public static var statements: SQLFile { SQLFile("statements", PackageResources.statements_sql) }
    public static var system: SQLFile { SQLFile("system", PackageResources.system_sql) }
    public static var transactions: SQLFile { SQLFile("transactions", PackageResources.transactions_sql) }

    public static var all: [SQLFile] {
        [
            databases, idle, limits, locks, locksOn13, receiver, remedies, server, sessions, slots, standbys,
            statements, system,
            transactions,
        ]
    }
}

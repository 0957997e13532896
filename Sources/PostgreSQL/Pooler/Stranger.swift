import Diagnostics

/// What answers at the address of a pooler and has no database `pgbouncer`: PostgreSQL itself, or another pooler.
enum Stranger {
    /// Pgpool passes what it does not know on to PostgreSQL, so a login cannot tell the two apart; its own SHOW can.
    static func found(
        _ settings: PostgreSQLSettings, because refusal: ProbeError, until deadline: Deadline
    ) async -> ProbeError {
        var other = settings
        other.wantsLimits = true
        if other.isPoolerConsole { other.parameters["dbname"] = "postgres" }
        let question = Query(step: "SHOW pool_version", text: "SHOW pool_version")
        guard let connection = try? await Connection.open(other, until: deadline),
            (try? await connection.command(question, until: deadline)) != nil
        else { return postgreSQL(refusal) }
        return pgpool(refusal)
    }

    /// - Parameter refusal: in the server's words: database "pgbouncer" does not exist.
    private static func postgreSQL(_ refusal: ProbeError) -> ProbeError {
        ProbeError(
            .misconfigured, step: refusal.step, message: "this is PostgreSQL itself, not PgBouncer: \(refusal.message)",
            advice: "name the pooler's own address: diag pg pools HOST:\(PostgreSQLSettings.poolerPort)")
    }

    private static func pgpool(_ refusal: ProbeError) -> ProbeError {
        ProbeError(
            .misconfigured, step: refusal.step, message: "this is Pgpool-II, which has no console like PgBouncer's",
            advice: "ask it in psql: SHOW pool_pools; SHOW pool_nodes; SHOW pool_processes")
    }

    /// A login to the database `pgbouncer` that succeeded, without a console behind it.
    static func database(_ refusal: ProbeError) -> ProbeError {
        ProbeError(
            .misconfigured, step: "connect",
            message: "this is a PostgreSQL server with a database called pgbouncer, not PgBouncer's console: "
                + refusal.message,
            advice: "name the pooler's own address: diag pg pools HOST:\(PostgreSQLSettings.poolerPort)")
    }
}

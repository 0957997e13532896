/// The two things that can be done to a session from outside (PostgreSQL manual, 9.27.2).
enum Signal: String, Sendable, Hashable {
    /// Ends the statement, and with it what its transaction holds; the session stays.
    case cancel
    /// Ends the session; its transaction is rolled back.
    case terminate

    /// The check that the session is still the one that was looked at, and the deed, in one statement: between the two
    /// there is no way to the client and back.
    ///
    /// A statement for each session: the first one that may not be signalled would end a statement for all.
    ///
    /// Parameters: pid, start of the session; then null, or what must be as it was: start of the statement, start of the
    /// transaction, change of state; whether it must run something.
    var statement: String {
        """
        SELECT \(function)(pid) AS sent FROM pg_stat_activity
        WHERE pid = $1::int4 AND pid <> pg_backend_pid()
          AND (extract(epoch FROM backend_start) * 1000000)::int8 = $2::int8
          AND ($3::int8 IS NULL OR (extract(epoch FROM query_start) * 1000000)::int8 = $3::int8)
          AND ($4::int8 IS NULL OR (extract(epoch FROM xact_start) * 1000000)::int8 = $4::int8)
          AND ($5::int8 IS NULL OR (extract(epoch FROM state_change) * 1000000)::int8 = $5::int8)
          AND (NOT $6::bool OR state IS NULL OR state NOT LIKE 'idle%')
        """
    }

    private var function: String {
        switch self {
        case .cancel: "pg_cancel_backend"
        case .terminate: "pg_terminate_backend"
        }
    }
}

/// What must still be so when it is done.
struct Guard: Sendable, Hashable {
    let pid: Int32
    let started: Microseconds
    var statement: Microseconds?
    var transaction: Microseconds?
    var stateChange: Microseconds?
    var mustRun = false

    func query(_ signal: Signal) -> Query {
        let moments = [started, statement, transaction, stateChange].map { $0.map { String($0.count) } }
        return Query(
            step: "\(signal.rawValue) \(pid)", text: signal.statement,
            parameters: [String(pid)] + moments + [mustRun ? "t" : "f"])
    }
}

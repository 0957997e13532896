import Diagnostics
import TLS

/// How the server was reached, and what cannot be known because of that: always told, never asked.
///
/// Evidence: `postgresql.access`, `postgresql.pooler`.
struct AccessTopic: Topic {
    private let access: Access
    /// The process behind the connection as its login said it, and whether the login could set the session's limits.
    private let backendPID: Int32
    private let hasServerSideLimits: Bool

    init(_ connection: borrowing Connection) {
        access = connection.access
        backendPID = connection.backendPID
        hasServerSideLimits = connection.hasServerSideLimits
    }

    var asks: [any Answer.Type] { [] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        access.encryption?.certificates?.writeSamples(to: &content)
        content.evidence.append(.fact("postgresql.access", "Reached", access.sentence(at: .now)))
        if backendPID != reading.server.pid || !hasServerSideLimits { content.evidence.append(pooler) }
    }

    /// A pooler says a process number of its own, and keeps settings of the login to itself or refuses them.
    private var pooler: Evidence {
        .fact(
            "postgresql.pooler", "Pooler",
            "a pooler stands before this server: the time to connect and the certificate are the pooler's; clients that "
                + "wait in its queue and its own limits are not seen here (its console tells: dbname=pgbouncer), and "
                + "nothing bounds what is asked here but diag's own deadline")
    }
}

import Diagnostics

/// What server this is, and what this session may see of it: always asked.
struct ServerTopic: Topic {
    var asks: [any Answer.Type] { [Server.self, System.self] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let server = reading.server
        content.add(PostgreSQLMetrics.inRecovery, server.isInRecovery ? 1 : 0)
        content.add(PostgreSQLMetrics.startTime, server.started.secondsSinceEpoch)
        content.add(PostgreSQLMetrics.lockWaiters, Double(server.waiting))
        content.evidence.append(.fact("postgresql.server", "Server", sentence(server)))
        content.attempt([]) { _ throws(ProbeError) in try server.requireSight(of: "other roles' sessions") }
        do throws(ProbeError) {
            _ = try reading.one(System.self)
        } catch {
            try refusedIdentity(error, server)
        }
    }

    /// A managed service that keeps the control file to itself is no problem of anybody's. Elsewhere a right is missing.
    private func refusedIdentity(_ error: ProbeError, _ server: Server) throws(ProbeError) {
        guard error.kind == .forbidden else { throw error }
        guard server.flavour == nil else { return }
        throw ProbeError(
            .forbidden, step: "read which cluster this is",
            message:
                "\(error.message): the two ends of a replication cannot be compared, nor a counter's restart be told",
            advice: "GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system(), pg_catalog.pg_control_checkpoint() TO "
                + server.role.sqlIdentifier)
    }

    private func sentence(_ server: Server) -> String {
        let role = server.isInRecovery ? "standby" : "primary"
        let up = Units.seconds(Timestamp.now.seconds(since: server.started))
        let lacks = server.flavour?.lacks.map { "; \($0)" } ?? ""
        let product = server.flavour.map { $0.isForeign ? "\($0.name) as PostgreSQL" : "\($0.name), PostgreSQL" }
        return "\(product ?? "PostgreSQL") \(server.version), \(role), up \(up)\(lacks)"
    }
}

import Diagnostics
import Playground

@testable import PostgreSQL

/// Servers with a role that may use remedies, and somebody who looks on.
final class Ward: Sendable {
    let servers: PostgreSQLServers
    let observer: SQLSession

    /// As the README has it: sees all, and may signal all but superusers.
    private static let medic = "medic"

    init(_ servers: PostgreSQLServers) throws {
        self.servers = servers
        observer = try servers.session(on: servers.primary, as: servers.superuser, name: "observer")
        try observer.run(
            """
            CREATE ROLE \(Self.medic) LOGIN PASSWORD '\(servers.monitor.password)' IN ROLE pg_monitor, pg_signal_backend
            """)
    }

    var settings: PostgreSQLSettings { settings(for: servers.primary) }

    func settings(for server: PostgreSQLServers.Server) -> PostgreSQLSettings {
        var settings = servers.settings(for: server, as: servers.monitor)
        settings.parameters["user"] = Self.medic
        return settings
    }

    func session(_ name: String, as account: Account? = nil) throws -> SQLSession {
        try servers.session(on: servers.primary, as: account ?? servers.application, name: name)
    }

    func treat(
        _ remedy: PostgreSQLRemedy, _ mode: Treatment.Mode, _ settings: PostgreSQLSettings? = nil
    ) async -> Treatment {
        let target = Target(kind: .postgresql, name: "db", address: "db:5432")
        let run = RemedyRun(
            remedy, on: target, settings: settings ?? self.settings, mode: mode, writing: RemedyCommand(tail: ["db"]))
        return await run.treat(within: .seconds(20))
    }

    func waitUntil(_ session: SQLSession, _ condition: String) async throws {
        let question = "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int AND \(condition)"
        guard try await eventually({ try !observer.run(question, [String(session.backend)]).isEmpty }) else {
            throw ProbeError(.timedOut, step: "wait for \(session.backend)", message: "never \(condition)")
        }
    }
}

/// One session that is idle in its transaction, and behind it four that wait, one of them for the next.
struct PileUp: Sendable {
    let root: SQLSession
    let waiters: [SQLSession]

    init(_ ward: Ward) async throws {
        root = try ward.session("root of the pile")
        waiters = try (1...4).map { try ward.session("waiter \($0)") }
        try root.run("BEGIN; UPDATE debates SET rounds = 1 WHERE id = 50")
        let statements =
            ["UPDATE debates SET rounds = 2 WHERE id = 50", "LOCK TABLE debates IN ACCESS EXCLUSIVE MODE"].map {
                "BEGIN; \($0); COMMIT"
            } + ["SELECT count(*) FROM debates", "SELECT max(rounds) FROM debates"]
        for (waiter, statement) in zip(waiters, statements) {
            try waiter.send(statement)
            try await ward.waitUntil(waiter, "wait_event_type = 'Lock'")
        }
    }

    func clear() {
        for session in [root] + waiters { session.close() }
    }
}

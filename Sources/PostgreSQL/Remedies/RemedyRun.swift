import Diagnostics
import Network

/// Reads a server, plans, and, where a person said so, does what is planned and looks whether it has worked.
///
/// Its one connection is named `diag` and reads only: to signal a session writes nothing.
public struct RemedyRun: Sendable {
    private let target: Target
    private let settings: PostgreSQLSettings
    private let remedy: PostgreSQLRemedy
    private let mode: Treatment.Mode
    private let writing: RemedyCommand

    /// How long to look whether what was signalled has gone; a large transaction's end takes a moment.
    private static let patience = Duration.seconds(5)

    public init(
        _ remedy: PostgreSQLRemedy, on target: Target, settings: PostgreSQLSettings, mode: Treatment.Mode,
        writing: RemedyCommand
    ) {
        self.remedy = remedy
        self.target = target
        self.settings = settings
        self.mode = mode
        self.writing = writing
    }

    /// - Parameter timeout: for reading and doing; to look whether it has worked takes up to five seconds more.
    public func treat(within timeout: Duration) async -> Treatment {
        await Treatment.measuring(target, remedy.name, mode) { content in
            do throws(ProbeError) {
                let deadline = Deadline.after(timeout + (mode == .done ? Self.patience : .zero))
                let connection = try await Connection.open(settings, until: deadline.within(timeout))
                try await treat(through: connection, until: deadline, into: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func treat(
        through connection: borrowing Connection, until deadline: Deadline, into content: inout Treatment.Content
    ) async throws(ProbeError) {
        if connection.isPoolerConsole { throw .consoleHasNoSessions }
        let answers = await Answers(
            asking: [Server.self, Backend.self, LockEntry.self], of: connection, until: deadline)
        let server: Server = try answers.one()
        content.server = "PostgreSQL \(server.version), \(server.isInRecovery ? "standby" : "primary")"
        content.role = server.role
        let graph = LockGraph(try answers.all())
        let view = RemedyPlan.View(try answers.all(), graph: graph, role: server.role)
        let plan = RemedyPlan(remedy, view, writing: writing)
        content.notes = plan.notes + self.notes(server, connection)
        guard mode == .done else {
            content.notes += plan.advice
            content.command = plan.command
            content.deeds = plan.steps.map(\.deed)
            return
        }
        let steps = await Doing(plan, as: server.role).done(through: connection, until: deadline)
        content.deeds = steps.map(\.deed)
        if case .unblock = remedy, steps.contains(where: { $0.outcome == .done }) {
            content.notes.append(await whoStillWaits(graph, connection, until: deadline))
        }
    }

    private func notes(_ server: Server, _ connection: borrowing Connection) -> [String] {
        [
            connection.backendPID != server.pid || !connection.hasServerSideLimits
                ? "a pooler stands before this server: the pids are the server's own, not its; to end one closes a "
                    + "connection that it lends to whoever is next" : nil,
            server.seesAll
                ? nil
                : "role \(server.role) sees only its own sessions whole, and touches no others: "
                    + "GRANT pg_monitor TO \(server.role)",
        ].compactMap { $0 }
    }

    private func whoStillWaits(
        _ before: LockGraph, _ connection: borrowing Connection, until deadline: Deadline
    ) async -> String {
        let answers = await Answers(asking: [LockEntry.self], of: connection, until: deadline)
        guard let after = try? LockGraph(answers.all()) else { return "who waits now could not be read" }
        let waited = Set(before.waits.map(\.waiter))
        let still = waited.intersection(after.waits.map(\.waiter))
        guard !still.isEmpty else { return "nobody of the \(waited.count) that waited waits any more" }
        return "of \(waited.count) that waited, \(waited.count - still.count) go on; \(still.count) wait still, "
            + "now for each other in turn or for another root: diag pg locks shows which"
    }
}

extension ProbeError {
    fileprivate static var consoleHasNoSessions: ProbeError {
        ProbeError(
            .misconfigured, step: "connect", message: "this is PgBouncer's administration console, not a database",
            advice: "name the server itself, or a database behind the pooler (dbname=…)")
    }
}

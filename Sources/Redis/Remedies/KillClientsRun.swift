import Diagnostics
import Network

/// Closes connections of clients of the one server that is named, or only shows which.
///
/// It reads the list of clients, plans, and closes each by its id and its address in one command: the server itself looks that
/// it is still the same.
public struct KillClientsRun: Sendable {
    public enum Choice: Sendable, Hashable {
        case named([ClientReference])
        case matching(ClientFilter)
    }

    private let choice: Choice
    private let target: Target
    private let settings: RedisSettings
    private let mode: Treatment.Mode
    private let writing: RemedyCommand

    public init(
        _ choice: Choice, on target: Target, settings: RedisSettings, mode: Treatment.Mode, writing: RemedyCommand
    ) {
        self.choice = choice
        self.target = target
        self.settings = settings
        self.mode = mode
        self.writing = writing
    }

    public func treat(within timeout: Duration) async -> Treatment {
        await Treatment.measuring(target, "kill-client", mode) { content in
            do throws(ProbeError) {
                try await treat(until: .after(timeout), into: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private static let list = RedisCommand("CLIENT", "LIST")

    private func treat(until deadline: Deadline, into content: inout Treatment.Content) async throws(ProbeError) {
        let deployment = try await Deployment.find(settings, until: deadline)
        content.server = deployment.inWords
        content.role = settings.username ?? "default"
        let node = deployment.settings(for: deployment.named)
        var connection = try await RedisConnection.connect(node, limits: .scanning, until: deadline)
        let session = await RedisSession.open(
            &connection, node, asking: [Self.list, RedisCommand("CLIENT", "ID")], until: deadline)
        let clients = ClientEntry.all(try session.text(0))
        var plan = KillPlan(choice, clients, own: session.replies[1]?.integer, writing: writing)
        content.notes = plan.notes
        if mode == .done { await carryOut(&plan, through: &connection, until: deadline) }
        content.deeds = plan.deeds
        content.command = mode == .shown ? plan.command : nil
    }

    /// All of them in one round trip.
    private func carryOut(
        _ plan: inout KillPlan, through connection: inout RedisConnection, until deadline: Deadline
    ) async {
        if plan.looksAgain {
            let reply = await connection.replies(to: [Self.list], until: deadline)[0]
            plan.leaveOutWhoIsNotIdle(ClientEntry.all(reply?.text ?? ""))
        }
        let replies = await connection.replies(to: plan.commands, until: deadline)
        plan.settle(plan.commands.indices.map { replies[$0] }, replies.interruption)
    }
}

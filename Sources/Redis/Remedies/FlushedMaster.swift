import Diagnostics
import Network

/// One master's part of a flush.
struct FlushedMaster: Sendable {
    private let node: Deployment.Node
    private let settings: RedisSettings
    private let database: Int

    struct Contents: Sendable {
        let keys: Int64
        let expiring: Int64
        /// FLUSHDB ASYNC, from 4.0 on.
        let isAsynchronous: Bool
    }

    init(_ node: Deployment.Node, _ settings: RedisSettings, _ database: Int) {
        self.node = node
        self.database = database
        var settings = settings
        settings.database = database
        self.settings = settings
    }

    func count(until deadline: Deadline) async throws(ProbeError) -> Contents {
        let replies = try await ask([RedisCommand("DBSIZE"), RedisCommand("INFO")], until: deadline)
        if let error = replies[0].error { throw error.during("DBSIZE", permitting: "+dbsize") }
        let info = RedisInfo(replies[1].text ?? "")
        return Contents(
            keys: replies[0].integer ?? 0, expiring: info.databases.first { $0.index == database }?.expiring ?? 0,
            isAsynchronous: info.isAtLeast(4, 0))
    }

    /// The number of keys and their end in one transaction, so that what is reported is what was there.
    func flush(_ count: Contents, until deadline: Deadline) async -> Deed {
        let flush = count.isAsynchronous ? RedisCommand("FLUSHDB", "ASYNC") : RedisCommand("FLUSHDB")
        do throws(ProbeError) {
            let replies = try await ask(
                [RedisCommand("MULTI"), RedisCommand("DBSIZE"), flush, RedisCommand("EXEC")], until: deadline)
            let results = replies[3].array ?? []
            if let error = (replies + results).compactMap(\.error).first {
                throw error.during("FLUSHDB", permitting: "+flushdb +dbsize +multi +exec")
            }
            let keys = results.first?.integer ?? 0
            return deed(
                .done, before: count, reason: "\(Count.of(keys, "key")) deleted",
                after: [.init("deleted", .integer(keys))])
        } catch {
            return deed(.failed, before: count, reason: "\(error)", command: error.advice)
        }
    }

    /// Only once the database is seen to be selected: sent together, everything behind a SELECT that fails would be done to
    /// another.
    private func ask(_ commands: [RedisCommand], until deadline: Deadline) async throws(ProbeError) -> [RESPValue] {
        var connection = try await RedisConnection.connect(settings, until: deadline)
        let session = await RedisSession.open(&connection, settings, asking: [RedisCommand("PING")], until: deadline)
        if let problem = session.problems.first(where: { $0.step == "SELECT" || $0.step == "AUTH" }) { throw problem }
        if session.replies[0] == nil { _ = try session.value(0) }
        let replies = await connection.replies(to: commands, until: deadline)
        if let interruption = replies.interruption { throw interruption }
        return replies.values
    }

    func deed(
        _ outcome: Deed.Outcome, before count: Contents, reason: String? = nil, after: [Deed.Fact]? = nil,
        command: String? = nil
    ) -> Deed {
        let blocking = "before Redis 4 it frees everything before it answers: the server stands still meanwhile"
        return Deed(
            act: "flushdb", subject: "db\(database) at \(node)",
            name: "db\(database) at \(node): \(Count.of(count.keys, "key"))", outcome: outcome, reason: reason,
            warnings: outcome == .planned && !count.isAsynchronous ? [blocking] : [],
            details: outcome == .planned ? ["\(count.expiring) of them have a TTL"] : [],
            before: [.init("keys", .integer(count.keys)), .init("expiring", .integer(count.expiring))], after: after,
            command: command)
    }
}

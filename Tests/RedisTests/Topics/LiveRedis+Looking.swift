import Diagnostics
import Redis

extension LiveRedis {
    /// What a probe sees that asks this server only these questions.
    func look(
        _ questions: [RedisProbe.Question], _ settings: RedisSettings? = nil, within seconds: Int = 20
    ) async -> Observation {
        let settings = settings ?? self.settings
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings, questions: questions)
            .observe(until: .after(.seconds(seconds)))
    }

    /// The same, again and again until it is as meant; what was seen last when that does not come to be.
    func look(
        _ questions: [RedisProbe.Question], until isMeant: (Observation) -> Bool
    ) async throws -> Observation {
        for _ in 0..<100 {
            let seen = await look(questions)
            if isMeant(seen) { return seen }
            try await Task.sleep(for: .milliseconds(100))
        }
        return await look(questions)
    }

    func client() async throws -> Client {
        Client(try await RedisConnection.connect(settings, until: .soon))
    }
}

/// Somebody else's connection to the server.
final class Client {
    private var connection: RedisConnection

    init(_ connection: consuming RedisConnection) { self.connection = connection }

    @discardableResult
    func callAsFunction(_ words: String...) async throws -> RESPValue {
        try await connection.reply(to: RedisCommand(words.map { Array($0.utf8) }), until: .soon)
    }

    /// Sends it and does not wait for an answer.
    func send(_ words: String...) async throws {
        try await connection.send([RedisCommand(words.map { Array($0.utf8) })], until: .soon)
    }

    /// The replies, refusals among them.
    func pipeline(_ commands: [[String]]) async throws -> [RESPValue] {
        let commands = commands.map { RedisCommand($0.map { Array($0.utf8) }) }
        let replies = await connection.replies(to: commands, until: .soon)
        if let interruption = replies.interruption { throw interruption }
        return replies.values
    }

    enum Amount {
        /// Until the server refuses one.
        case error
        case count(Int)
    }

    /// Writes keys of a kilobyte.
    func fill(upTo amount: Amount) async throws {
        var written = 0
        while true {
            if case .count(let count) = amount, written >= count { return }
            let number = Int.random(in: 0..<1_000_000_000)
            let reply = try await pipeline([["SET", "filler:\(number)", String(repeating: "x", count: 1000)]])
            if reply.contains(where: { $0.error != nil }) { return }
            written += 1
        }
    }
}

extension Deadline {
    /// A machine on which everything is tested at once is slow.
    static var soon: Deadline { .after(.seconds(20)) }
}

extension Observation {
    func remarks(_ id: String) -> [Remark] {
        guard case .remarks(let remarks)? = evidence.first(where: { $0.id == id })?.body else { return [] }
        return remarks
    }
}

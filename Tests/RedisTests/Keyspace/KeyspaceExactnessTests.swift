import Diagnostics
import Playground
import Redis
import Testing

/// What a scan leaves out since like keys tell it, beside one that asks every key everything.
@Suite("A scan beside an exact one", .timeLimit(.minutes(3)))
struct KeyspaceExactnessTests {
    private static let deadline = Duration.seconds(60)
    private static let many = 30_000

    /// Sessions of many lengths, some numbers and some that grew by APPEND among them, of which one in three expires.
    private func filled(_ settings: RedisSettings) async throws {
        var connection = try await RedisConnection.connect(settings, until: .after(Self.deadline))
        for first in stride(from: 0, to: Self.many, by: 3000) {
            let commands = (first..<first + 3000).flatMap { number -> [RedisCommand] in
                let name = "session:\(100_000 + number)"
                let value = number % 7 == 0 ? "12345" : String(repeating: "x", count: 5 + number % 90)
                var commands = [RedisCommand("SET", name, value)]
                if number % 50 == 0 { commands.append(RedisCommand("APPEND", name, "more")) }
                if number % 3 == 0 { commands.append(RedisCommand("EXPIRE", name, "86000")) }
                return commands
            }
            let replies = await connection.replies(to: commands, until: .after(Self.deadline))
            try #require(replies.values.compactMap(\.error) == [])
        }
        let large = String(repeating: "y", count: 3000)
        let replies = await connection.replies(
            to: (0..<5).map { RedisCommand("SET", "session:\(200_000 + $0)", large, "EX", "\(5000 + $0)") },
            until: .after(Self.deadline))
        try #require(replies.values.compactMap(\.error) == [])
    }

    private func scan(_ settings: RedisSettings, exact: Bool) async throws -> KeyspaceReport {
        try await KeyspaceScan(settings: settings, options: .init(top: 5, isExact: exact, givesWay: true))
            .run(until: .after(Self.deadline))
    }

    @Test(arguments: RedisInstallation.all)
    func whatIsNotAskedIsToldRightly(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        try await filled(server.settings)
        let (told, exact) = (
            try await scan(server.settings, exact: false), try await scan(server.settings, exact: true)
        )
        #expect((told.keysSeen, exact.keysSeen) == (Int64(Self.many + 5), Int64(Self.many + 5)))
        #expect(told.total.elements == exact.total.elements)
        let memory = Double(told.total.memory) / Double(exact.total.memory)
        #expect((0.995...1.005).contains(memory), "\(told.total.memory) for \(exact.total.memory)")

        #expect(exact.total.expiry.asked == exact.keysSeen)
        #expect(told.total.expiry.asked < 5000)
        let never = Double(told.total.withoutExpiry) / Double(told.total.expiry.known)
        #expect((0.62...0.71).contains(never), "two thirds never expire: \(never)")
        #expect(told.withoutExpiry == exact.total.withoutExpiry, "by INFO")
    }

    /// However few are asked: what is shown by its name is known.
    @Test func theLargestAreAskedEverything() async throws {
        let server = try await LiveRedis()
        try await filled(server.settings)
        let (told, exact) = (
            try await scan(server.settings, exact: false), try await scan(server.settings, exact: true)
        )
        #expect(told.largest.map(\.name) == exact.largest.map(\.name))
        #expect(told.largest.map(\.memory) == exact.largest.map(\.memory))
        for record in told.largest {
            #expect((4000...5004).contains(record.secondsToLive ?? 0), "\(record.name): \(record.secondsToLive ?? -1)")
        }
    }

    /// Beside strings of one length a few that hold as much room again: their like is not believed.
    @Test func stringsThatGrewAreNotTakenForTheirLike() async throws {
        let server = try await LiveRedis()
        var connection = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        let commands = (0..<20_000).flatMap { number -> [RedisCommand] in
            let name = "page:\(100_000 + number)"
            guard number % 2 == 0 else { return [RedisCommand("SET", name, String(repeating: "x", count: 500))] }
            return [
                RedisCommand("SET", name, String(repeating: "x", count: 400)),
                RedisCommand("APPEND", name, String(repeating: "x", count: 100)),
            ]
        }
        let replies = await connection.replies(to: commands, until: .after(Self.deadline))
        try #require(replies.values.compactMap(\.error) == [])
        let (told, exact) = (
            try await scan(server.settings, exact: false), try await scan(server.settings, exact: true)
        )
        let memory = Double(told.total.memory) / Double(exact.total.memory)
        #expect((0.99...1.01).contains(memory), "\(told.total.memory) for \(exact.total.memory)")
    }
}

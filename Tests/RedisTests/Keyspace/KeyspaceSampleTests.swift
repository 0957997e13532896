import Diagnostics
import Playground
import Redis
import Testing

@Suite("An estimate from a sample", .timeLimit(.minutes(3)))
struct KeyspaceSampleTests {
    private static let deadline = Duration.seconds(60)

    private func filled(of installation: RedisInstallation) async throws -> LiveRedis {
        let server = try await LiveRedis(of: installation)
        var connection = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        let long = String(repeating: "x", count: 400)
        for first in stride(from: 0, to: 40_000, by: 5000) {
            let commands = (first..<first + 5000).map { number -> RedisCommand in
                switch number % 10 {
                case 0: RedisCommand("SET", "report:\(number)", long)
                case 1, 2: RedisCommand("HSET", "debate:\(number)", "a", "b")
                default: RedisCommand("SET", "session:\(number)", "v", "EX", "86400")
                }
            }
            let replies = await connection.replies(to: commands, until: .after(Self.deadline))
            try #require(replies.values.compactMap(\.error) == [])
        }
        return server
    }

    /// In a hundred such intervals five are expected to miss; three standard errors more are never missed by chance.
    private func holds(_ number: KeyspaceEstimate.Number, _ truth: Double) -> Bool {
        abs(number.value - truth) <= 3 * number.error
    }

    @Test(arguments: RedisInstallation.all)
    func isRightWithinItsErrorAndSmallEnoughToSay(of installation: RedisInstallation) async throws {
        let server = try await filled(of: installation)
        let scan = KeyspaceScan(
            settings: server.settings, options: .init(patterns: ["session:*", "none*"], sample: 4000))
        let report = try await scan.run(until: .after(Self.deadline))
        let whole = try await KeyspaceScan(settings: server.settings).run(until: .after(Self.deadline))
        let estimate = try #require(report.estimate)
        #expect((2000...8000).contains(estimate.sampled), "\(estimate.sampled)")
        #expect(estimate.keysTotal == 40_000)
        #expect(holds(estimate.all.memory, Double(whole.total.memory)))
        for (prefix, keys) in ["session:*": 28_000.0, "debate:*": 8000, "report:*": 4000] {
            let group = try #require(estimate.prefixes.first { $0.name == prefix })
            #expect(holds(group.keys, keys), "\(prefix): \(group.keys)")
            #expect(group.keys.error < 0.25 * keys, "\(prefix): \(group.keys)")
            let memory = try #require(whole.prefixes.first { $0.pattern == prefix }?.total.memory)
            #expect(holds(group.memory, Double(memory)), "\(prefix): \(group.memory)")
        }
        #expect(estimate.patterns.map(\.sampled)[1] == 0)
        #expect(holds(estimate.patterns[0].keys, 28_000))
        #expect(estimate.prefixes.first { $0.name == "session:*" }?.withoutExpiry == 0)
    }

    /// Where keys lie in the server's table has nothing to do with what they are: many samples together miss nothing.
    @Test func isNotBiased() async throws {
        let server = try await filled(of: try .usual)
        var sum = 0.0
        let rounds = 12
        for _ in 0..<rounds {
            let scan = KeyspaceScan(settings: server.settings, options: .init(patterns: ["report:*"], sample: 2000))
            sum += try await scan.run(until: .after(Self.deadline)).estimate?.patterns[0].keys.value ?? 0
        }
        // 4000 ± 3 standard errors of 24,000 keys drawn.
        #expect(abs(sum / Double(rounds) - 4000) < 250, "\(sum / Double(rounds))")
    }

    @Test func asManyAsThereAreIsNoSample() async throws {
        let server = try await LiveRedis()
        var connection = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        let commands = (0..<500).map { RedisCommand("SET", "k:\($0)", "v") }
        _ = await connection.replies(to: commands, until: .after(Self.deadline))
        let scan = KeyspaceScan(settings: server.settings, options: .init(sample: 1000))
        let estimate = try #require(try await scan.run(until: .after(Self.deadline)).estimate)
        #expect(estimate.all.keys == .init(value: 500, error: 0))
        #expect(estimate.sampled == 500)
    }
}

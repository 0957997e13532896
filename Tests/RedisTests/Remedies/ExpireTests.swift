import Diagnostics
import Playground
import Redis
import Testing

@Suite("Giving keys a TTL by pattern", .timeLimit(.minutes(3)))
struct ExpireTests {
    private static let sessions = KeyFilter(pattern: "session:*")

    /// Remaining seconds of `session:0` and so on.
    private func ttls(_ client: Client, _ count: Int) async throws -> [Int64] {
        try await client.pipeline((0..<count).map { ["TTL", "session:\($0)"] }).compactMap(\.integer)
    }

    @Test(arguments: RedisInstallation.all)
    func isSpreadOverTheJitterAndLeavesOthersTheirs(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        let client = try await server.client()
        try await client.write(500, "session")
        try await client("EXPIRE", "session:1", "50")
        let deed = KeyDeed.expire(after: .seconds(10_000), jitter: .seconds(5000), shortens: false)
        let shown = await server.treat(deed, Self.sessions, .shown)
        #expect(shown.before("matched") == .integer(499))
        #expect(shown.content.deeds[0].details.contains("1 more have a TTL, which they keep"))
        #expect(try await ttls(client, 500).filter { $0 == -1 }.count == 499)
        let done = await server.treat(deed, Self.sessions)
        #expect(done.outcomes == [.done])
        #expect(done.after("done") == .integer(499))
        let ttls = try await ttls(client, 500)
        #expect(ttls[1] <= 50)
        #expect(ttls.enumerated().allSatisfy { $0.offset == 1 || (9900...15_001).contains($0.element) })
        #expect(Set(ttls).count > 100)
        #expect(await server.treat(deed, Self.sessions).outcomes == [.absent])
    }

    @Test func shortensThoseThatLiveLonger() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(3, "session")
        try await client("EXPIRE", "session:1", "50")
        try await client("EXPIRE", "session:2", "90000")
        let deed = KeyDeed.expire(after: .seconds(1000), jitter: .zero, shortens: true)
        #expect(await server.treat(deed, Self.sessions).after("done") == .integer(2))
        let ttls = try await ttls(client, 3)
        #expect((900...1000).contains(ttls[0]))
        #expect(ttls[1] <= 50)
        #expect((900...1000).contains(ttls[2]))
    }
}

import Diagnostics
import Playground
import Redis
import Testing

@Suite("Remedies on a cluster", .serialized, .timeLimit(.minutes(3)))
struct ClusterRemedyTests {
    private static let playground = Playground()

    @Test func eachMasterIsWalkedOverFromAnyNode() async throws {
        let cluster = try await Self.playground.redisCluster()
        for node in cluster.masters {
            let client = Client(
                try await RedisConnection.connect(to: .tcp(host: node.host, port: node.port), until: .soon))
            // Those of other masters' slots are answered with MOVED.
            _ = try await client.pipeline((0..<900).map { ["SET", "session:\($0)", "x"] })
        }
        let replica = cluster.replicas[0]
        let settings = RedisSettings(endpoint: .tcp(host: replica.host, port: replica.port))
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        func treat(_ mode: Treatment.Mode, atMost: Int64? = nil) async -> Treatment {
            await KeyRemedyRun(
                .delete, KeyFilter(pattern: "session:*"), on: target, settings: settings, mode: mode,
                writing: LiveRedis.writing, options: .init(atMost: atMost)
            ).treat(within: .seconds(20))
        }
        let shown = await treat(.shown)
        #expect(shown.content.server?.hasSuffix("cluster of 3 masters") == true)
        #expect(shown.outcomes == [.planned, .planned, .planned])
        #expect(shown.content.command == "diag redis purge cache --at-most 1090 --yes")
        let bounded = await treat(.done, atMost: 100)
        #expect(!bounded.outcomes.contains(.done))
        let deleted = bounded.content.deeds.compactMap { $0.after?.first { $0.name == "done" }?.value }
        #expect(deleted.reduce(0) { if case .integer(let count) = $1 { $0 + count } else { $0 } } == 100)
        let done = await treat(.done)
        #expect(done.outcomes == [.done, .done, .done])
        #expect(await treat(.shown).content.command == nil)
        await Self.playground.stop()
    }
}

import Diagnostics
import Playground
import Testing

@testable import Redis

@Suite("What conditions judge", .timeLimit(.minutes(1)))
struct ConditionSampleTests {
    @Test(arguments: RedisInstallation.all)
    func denialsAreCountedByWhatWasRefused(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["user app on >pw ~app:* resetchannels +@all"], of: installation)
        let client = try await server.client()
        // Redis 7.2 and later keep an answer to a wrong password to themselves while others are on their way (acl.c,
        // addAuthErrReply): one at a time.
        for password in ["wrong", "wrong", "wrong", "pw"] {
            _ = try await client.pipeline([["AUTH", "app", password]])
        }
        _ = try await client.pipeline([["GET", "other"], ["PUBLISH", "news", "x"], ["GET", "app:1"]])
        let seen = await server.look([.accessDenied])
        guard seen.gaps.isEmpty else {
            #expect(seen.gaps.map(\.metric) == ["diag_redis_acl_denied_total"])
            #expect(["Redis 6.2", "Redis of Debian"].contains(installation.description), "\(installation)")
            return
        }
        func count(_ reason: String) -> Double? {
            seen.samples.first { $0.metric == RedisMetrics.accessDenied && $0.labels["reason"] == reason }?.value
        }
        #expect(count("auth") == 3)
        #expect(count("key") == 1)
        #expect(count("channel") == 1)
        #expect(seen.rows("redis.acl.denied")?.isEmpty == false)
    }

    @Test(arguments: RedisInstallation.all)
    func refusedWritesAreCountedByError(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["maxmemory 1"], of: installation)
        func count(_ error: String) async -> Double? {
            await server.look([.overview]).samples.first {
                $0.metric == RedisMetrics.writesRefused && $0.labels["error"] == error
            }?.value
        }
        #expect(await count("OOM") == 0, "told from the start, so that the first one is seen to be new")
        _ = try await server.client().pipeline([["SET", "a", "b"]])
        #expect(await count("OOM") == 1)
        #expect(await count("READONLY") == 0)
    }

    @Test func connectionsAreHeldAgainstWhatMaxclientsBounds() {
        func ratio(_ lines: String...) -> Double? { RedisInfo(lines.joined(separator: "\n")).clientsUsedRatio }
        let replica = "slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0"
        #expect(ratio("connected_clients:5", "maxclients:10") == 0.5)
        #expect(ratio("connected_clients:5", "maxclients:10", "cluster_connections:2", replica) == 0.8)
        #expect(ratio("connected_clients:5") == nil)
        #expect(ratio("connected_clients:5", "maxclients:0") == nil)
    }

    @Test(arguments: [(0, 1000.0, 0.0 as Double?), (3, 1000, 900), (3, 50, 0), (nil, 1000, nil)])
    func unsavedChangesAreAsOldAsTheLastSave(changes: Int?, now: Double, expected: Double?) {
        let lines = ["rdb_last_save_time:100"] + (changes.map { ["rdb_changes_since_last_save:\($0)"] } ?? [])
        let info = RedisInfo(lines.joined(separator: "\n"))
        #expect(info.unsavedSeconds(at: Timestamp(secondsSinceEpoch: now)) == expected)
    }
}

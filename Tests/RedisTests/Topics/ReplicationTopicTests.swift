import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis replication")
struct ReplicationTopicTests {
    private func pair(_ master: [String] = [], _ replica: [String] = []) async throws -> (LiveRedis, LiveRedis) {
        let first = try await LiveRedis(["repl-diskless-sync-delay 0"] + master)
        let second = try await LiveRedis(["replicaof 127.0.0.1 \(first.port)"] + replica)
        _ = try await first.look([.overview]) { $0.rows("redis.replicas")?.first?[1] == .text("online") }
        return (first, second)
    }

    @Test func bothEndsAreFineWhileTheyAre() async throws {
        let (master, replica) = try await pair()
        let above = await master.look([.replication])
        #expect(above.failure == nil && above.problems == [])
        let words = above.remarks("redis.replication.judgement").map(\.text)
        #expect(words.contains { $0.hasPrefix("1 replica online, at most ") }, "\(words)")
        #expect(above.rows("redis.replicas")?.first?.last.map { $0 != .none } == true, "what is not sent is known")
        let below = await replica.look([.replication])
        #expect(
            below.remarks("redis.replication.judgement").first?.text.hasPrefix(
                "replica of 127.0.0.1:\(master.port), link up") == true)
        #expect(below.rows("redis.replication.link")?.first?.first == .text("127.0.0.1:\(master.port)"))
    }

    @Test func aLinkThatIsDownIsTrouble() async throws {
        let unused = LoopbackListener.unusedPort()
        let server = try await LiveRedis(["replicaof 127.0.0.1 \(unused)", "replica-serve-stale-data no"])
        let first = try #require(await server.look([.replication]).remarks("redis.replication.judgement").first)
        #expect(first.weight == .trouble)
        #expect(
            first.text.contains("the link to 127.0.0.1:\(unused) has never been up")
                && first.text.contains("reads are refused"))
        #expect(first.next == ["diag redis replication 127.0.0.1:\(unused)"])
    }

    @Test func aBacklogThatDoesNotLastIsToldWithWhatWould() async throws {
        let (master, replica) = try await pair(["repl-backlog-size 64kb"])
        let writer = Task {
            let client = try await master.client()
            while !Task.isCancelled { try await client.fill(upTo: .count(20)) }
        }
        let seen = await master.look([.replication])
        writer.cancel()
        _ = try? await writer.value
        let backlog = try #require(
            seen.remarks("redis.replication.judgement").first { $0.text.contains("the backlog") })
        #expect(backlog.weight != .fine)
        #expect(backlog.next.first?.hasPrefix("redis-cli -p \(master.port) CONFIG SET repl-backlog-size ") == true)
        withExtendedLifetime(replica) {}
    }

    @Test func aReplicaThatHangsFallsBehind() async throws {
        let (master, replica) = try await pair(["client-output-buffer-limit replica 20mb 0 0"])
        replica.freeze()
        defer { replica.thaw() }
        let client = try await master.client()
        for _ in 0..<20 { try await client("SET", "large", String(repeating: "x", count: 1_000_000)) }
        let seen = try await master.look([.replication]) {
            $0.remarks("redis.replication.judgement").contains { $0.weight == .trouble }
        }
        let trouble = seen.remarks("redis.replication.judgement").filter { $0.weight == .trouble }
        #expect(
            trouble.contains { $0.text.contains("wait to be sent to replica") || $0.text.contains("behind") },
            "\(trouble)")
    }

    @Test func writesThatWantMoreReplicasAreRefusedAndThatIsTrouble() async throws {
        let server = try await LiveRedis(["min-replicas-to-write 2"])
        let first = try #require(await server.look([.replication]).remarks("redis.replication.judgement").first)
        #expect(first.weight == .trouble)
        #expect(
            first.text.hasPrefix(
                "writes are refused: min-replicas-to-write wants 2 replicas within 10 s, and 0 are there"))
    }

    @Test func aMasterWhoseReplicaHasGoneRemembersThatThereWasOne() async throws {
        let (master, replica) = try await pair()
        try await replica.client()("REPLICAOF", "NO", "ONE")
        let seen = try await master.look([.replication]) { $0.rows("redis.replicas") == nil }
        let words = seen.remarks("redis.replication.judgement").map(\.text)
        #expect(words.contains { $0.hasPrefix("no replica is connected any more") }, "\(words)")
    }

    @Test func aMasterThatKeepsNothingIsADangerToItsReplicas() async throws {
        let (master, replica) = try await pair()
        let words = await master.look([.replication]).remarks("redis.replication.judgement").map(\.text)
        #expect(words.contains { $0.contains("keeps nothing on disk") })
        withExtendedLifetime(replica) {}
    }

    @Test func aReplicaThatBeginsAnewOverAndOverIsTrouble() {
        let info = RedisInfo(
            "role:master\nuptime_in_seconds:807\nsync_full:161\nslave0:ip=10.0.0.2,port=6379,state=wait_bgsave")
        let target = Target(kind: .redis, name: "cache", address: "cache:6379")
        let view = ReplicationView(Reading(target, RedisSettings(), info))
        let trouble = ReplicationRemarks(view: view).all.filter { $0.weight == .trouble }
        #expect(
            trouble.map(\.text).first?.hasPrefix("a full synchronisation every 5 s on average (161 since it started)")
                == true)
    }
}

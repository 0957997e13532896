import Diagnostics
import Glibc
import Testing

@testable import Redis

@Suite("diag redis persistence")
struct PersistenceTopicTests {
    @Test func aSaveThatFailsIsTroubleWithWhatItMeans() async throws {
        let server = try await LiveRedis(["save 3600 1"])
        let client = try await server.client()
        try await client("SET", "a", "b")
        // A folder in the place of the file that is to be renamed over.
        mkdir(server.folder + "/dump.rdb", 0o755)
        try await client("BGSAVE")
        let seen = try await server.look([.persistence]) {
            $0.value("diag_redis_rdb_last_save_success") == 0
        }
        let first = try #require(seen.remarks("redis.persistence.judgement").first)
        #expect(first.weight == .trouble)
        #expect(first.text.hasPrefix("the last snapshot failed"))
        #expect(first.text.contains("writes are refused until one succeeds"))
        #expect(first.next.first == "df -h \(server.folder)")
    }

    @Test func withNeitherSnapshotsNorALogNothingIsKept() async throws {
        let server = try await LiveRedis()
        let remarks = await server.look([.persistence]).remarks("redis.persistence.judgement")
        #expect(remarks.first?.weight == .careful)
        #expect(remarks.first?.text.hasPrefix("nothing is kept on disk") == true)
    }

    @Test func aSnapshotAndALogAreToldWithWhatACrashCosts() async throws {
        let server = try await LiveRedis(["save 3600 1", "appendonly yes"])
        let client = try await server.client()
        try await client("SET", "a", "b")
        try await client("BGSAVE")
        let seen = try await server.look([.persistence]) {
            $0.remarks("redis.persistence.judgement").contains { $0.text.hasPrefix("last snapshot") }
        }
        #expect(seen.problems == [])
        let remarks = seen.remarks("redis.persistence.judgement")
        #expect(remarks.allSatisfy { $0.weight == .fine }, "\(remarks)")
        #expect(remarks.contains { $0.text.contains("after a crash at most a second is lost") })
        #expect(remarks.contains { $0.text.hasPrefix("the last fork held the server for ") })
        #expect(seen.rows("redis.persistence.aof")?.isEmpty == false)
    }

    @Test func aServerThatLoadsSaysHowFarItIs() async throws {
        let full = try await LiveRedis()
        let client = try await full.client()
        try await client("EVAL", "for i = 1, 20000 do redis.call('SET', 'key:' .. i, i) end", "0")
        try await client("SAVE")
        // A millisecond for each key, and an answer in between.
        let server = try await LiveRedis(
            ["dir \(full.folder)", "key-load-delay 1000", "loading-process-events-interval-bytes 1024"])
        let seen = try await server.look([.persistence]) { $0.failure == nil }
        #expect(seen.value("diag_redis_loading") == 1)
        let first = try #require(seen.remarks("redis.persistence.judgement").first)
        #expect(first.weight == .trouble)
        #expect(
            first.text.wholeMatch(of: /it is loading its data from disk and answers nobody: .* read, .* left/) != nil,
            "\(first.text)")
    }

    /// Rules and figures as INFO and CONFIG tell them, without a server.
    private func remarks(_ info: String, _ settings: [String: String] = [:]) -> [Remark] {
        let target = Target(kind: .redis, name: "cache", address: "cache:6379")
        var reading = Reading(target, RedisSettings(), RedisInfo(info.replacing(" ", with: "\n")))
        for (name, value) in settings {
            let words = [name, value].map { RESPValue.bytes(Array($0.utf8)) }
            reading.add([.array(words)], to: [RedisCommand("CONFIG", "GET", name)])
        }
        return PersistenceRemarks(reading: reading).all
    }

    @Test func aSnapshotThatIsOverdueIsNoticed() {
        let now = "server_time_usec:1000000000000 rdb_last_bgsave_status:ok "
        let rules = ["save": "3600 1 300 100 60 10000"]
        func texts(_ age: Int, _ changes: Int) -> [String] {
            remarks(now + "rdb_last_save_time:\(1_000_000 - age) rdb_changes_since_last_save:\(changes)", rules).map(
                \.text)
        }
        #expect(texts(1000, 50).allSatisfy { !$0.contains("one is due") })
        #expect(texts(1000, 500).contains { $0.contains("one is due after 5 min and 100 changes") })
        #expect(texts(9000, 1).contains { $0.contains("one is due after 1 h and 1 change") })
    }

    @Test func aFileThatOnlyGrowsIsNoticed() {
        let info = "aof_enabled:1 aof_last_write_status:ok aof_current_size:1000000000 aof_base_size:100000000"
        #expect(
            remarks(info, ["auto-aof-rewrite-percentage": "0"]).contains { $0.text.contains("none comes by itself") })
        #expect(remarks(info, ["auto-aof-rewrite-percentage": "100"]).contains { $0.text.contains("one is overdue") })
        #expect(!remarks(info, ["auto-aof-rewrite-percentage": "1000"]).contains { $0.text.contains("one is overdue") })
    }

    @Test func failuresOfTheLogAreTrouble() {
        let failed = remarks(
            "aof_enabled:1 aof_last_write_status:err aof_last_bgrewrite_status:err aof_rewrites_consecutive_failures:3")
        #expect(failed.filter { $0.weight == .trouble }.map(\.text.count).count == 2)
        #expect(failed.contains { $0.text.contains("writes are refused: the disk is full") })
        #expect(failed.contains { $0.text.contains("failed (3 times in a row)") })
    }

    @Test(arguments: [(1000, Remark.Weight.fine), (150_000, .careful), (600_000, .trouble)])
    func aForkIsJudgedByHowLongItHeldTheServer(microseconds: Int, weight: Remark.Weight) {
        let found = remarks("latest_fork_usec:\(microseconds) used_memory_rss:1073741824").filter {
            $0.text.hasPrefix("the last fork")
        }
        #expect(found.map(\.weight) == [weight])
    }
}

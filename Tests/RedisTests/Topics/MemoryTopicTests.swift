import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis memory")
struct MemoryTopicTests {
    @Test func aFullServerWithoutEvictionIsTroubleWithWhatToDo() async throws {
        let server = try await LiveRedis(["maxmemory 3mb", "maxmemory-policy noeviction"])
        let client = try await server.client()
        try await client.fill(upTo: .error)
        let seen = await server.look([.memory()])
        #expect(seen.failure == nil && seen.problems == [])
        let first = try #require(seen.remarks("redis.memory.judgement").first)
        #expect(first.weight == .trouble)
        #expect(first.text.contains("maxmemory (3 MiB)") && first.text.contains("noeviction"))
        #expect(first.next.first == "diag redis keys cache")
        let refused = seen.remarks("redis.memory.judgement").first { $0.text.contains("refused for lack of memory") }
        #expect(refused?.text.hasPrefix("1 write ") == true)
        #expect(seen.value("diag_redis_memory_used_ratio").map { $0 > 0.95 } == true)
    }

    @Test func thePartsComeToWhatIsUsed() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        for number in 0..<500 { try await client("SET", "key:\(number)", "value", "EX", "1000") }
        let seen = await server.look([.memory()])
        let rows = try #require(seen.rows("redis.memory.parts"))
        let names = rows.map { $0[0] }
        for name in ["values and keys", "hash tables of keys", "hash tables of expiries", "taken at the start"] {
            #expect(names.contains(.text(name)), "\(name)")
        }
        let sum = rows.reduce(0.0) { if case .ratio(let share) = $1[2] { $0 + share } else { $0 } }
        #expect(sum > 0.9 && sum < 1.2)
    }

    @Test func withoutALimitSaysSoAndHowToSetOne() async throws {
        let server = try await LiveRedis()
        let first = try #require(await server.look([.memory()]).remarks("redis.memory.judgement").first)
        #expect(first.weight == .careful)
        #expect(first.text.contains("nothing stops it from growing"))
        #expect(first.next == ["redis-cli -p \(server.port) CONFIG SET maxmemory <bytes>"])
    }

    @Test func evictionsAreToldWithTheirRate() async throws {
        let server = try await LiveRedis(["maxmemory 3mb", "maxmemory-policy allkeys-lru"])
        let client = try await server.client()
        try await client.fill(upTo: .count(5000))
        let writer = Task {
            let other = try await server.client()
            while !Task.isCancelled { try await other.fill(upTo: .count(50)) }
        }
        let remarks = await server.look([.memory()]).remarks("redis.memory.judgement")
        writer.cancel()
        _ = try? await writer.value
        let eviction = remarks.first { $0.text.contains("evicted") }
        #expect(eviction?.weight == .careful)
        #expect(eviction?.text.contains(" a second now") == true, "\(eviction?.text ?? "nothing")")
        #expect(remarks.allSatisfy { $0.weight != .trouble })
    }

    @Test func aPolicyThatFindsNothingToEvictIsNamed() async throws {
        let server = try await LiveRedis(["maxmemory 50mb", "maxmemory-policy volatile-lru"])
        let client = try await server.client()
        for number in 0..<100 { try await client("SET", "key:\(number)", "value") }
        let remarks = await server.look([.memory()]).remarks("redis.memory.judgement")
        let trouble = try #require(remarks.first { $0.weight == .trouble })
        #expect(trouble.text.contains("volatile-lru evicts only keys that have a TTL, and only 0 of 100 have one"))
    }

    @Test func whatTheUserMayNotAskIsSaidOnceWithTheRight() async throws {
        let server = try await LiveRedis(["user default off", "user diag on >s3cret-word +info +client|setname"])
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "s3cret-word")
        let seen = await server.look([.memory()], settings)
        #expect(seen.failure == nil)
        #expect(seen.problems.count == 1)
        #expect(seen.problems.first?.kind == .forbidden)
        #expect(seen.problems.first?.step == "CONFIG GET, MEMORY STATS")
        #expect(seen.problems.first?.advice?.hasSuffix("ACL SETUSER diag +config|get +memory|stats") == true)
        #expect(seen.rows("redis.memory.parts")?.isEmpty == false, "INFO tells of the parts as well")
    }

    @Test func whatTheServerDoesNotKnowIsSaidOnceAndIsNoProblem() async throws {
        let server = try await LiveRedis(["rename-command MEMORY \"\"", "rename-command CONFIG \"\""])
        let seen = await server.look([.memory()])
        #expect(seen.problems == [])
        let words = try #require(seen.fact("redis.untold"))
        #expect(words.hasPrefix("CONFIG GET, MEMORY STATS: renamed, disabled, or not known to Redis "))
    }
}

@Suite("Fragmentation told apart")
struct FragmentationTests {
    /// A server whose figures are these, in MiB.
    private func remarks(
        used: Int = 100, allocator: (Double, Int) = (1, 0), retained: (Double, Int) = (1, 0),
        beside: (Double, Int) = (1, 0),
        total: (Double, Int) = (1, 0), peak: Int = 100, defragmenting: Bool? = false
    ) -> [Remark] {
        let info = RedisInfo(
            """
            # Memory
            used_memory:\(used << 20)
            allocator_frag_ratio:\(allocator.0)
            allocator_frag_bytes:\(allocator.1 << 20)
            allocator_rss_ratio:\(retained.0)
            allocator_rss_bytes:\(retained.1 << 20)
            rss_overhead_ratio:\(beside.0)
            rss_overhead_bytes:\(beside.1 << 20)
            mem_fragmentation_ratio:\(total.0)
            mem_fragmentation_bytes:\(total.1 << 20)
            """)
        let target = Target(kind: .redis, name: "cache", address: "cache:6379")
        let reading = Reading(target, RedisSettings(), info, connectTime: nil)
        return Fragmentation(info).remarks(peak: Int64(peak) << 20, isDefragmenting: defragmenting, reading)
    }

    @Test func holesBetweenValuesAreClosedByDefragmentation() {
        let found = remarks(allocator: (1.4, 40), total: (1.5, 50))
        #expect(found.map(\.weight) == [.careful])
        #expect(found[0].text.contains("40.0 MiB lie in holes between values"))
        #expect(found[0].next == ["redis-cli CONFIG SET activedefrag yes"])
        #expect(remarks(allocator: (1.4, 40), defragmenting: true)[0].next == [])
    }

    @Test func pagesKeptAfterAPeakAreHarmless() {
        let found = remarks(retained: (1.8, 80), total: (1.8, 80), peak: 200)
        #expect(found.map(\.weight) == [.careful])
        #expect(found[0].text.contains("after a peak of 200.0 MiB: harmless"))
        #expect(found[0].next == ["redis-cli MEMORY PURGE"])
    }

    @Test func whatIsSwappedOutIsTrouble() {
        let found = remarks(total: (0.6, -40))
        #expect(found.map(\.weight) == [.trouble])
        #expect(found[0].text.contains("40.0 MiB of what is used are not in memory"))
    }

    @Test(arguments: [(1.1, 40), (1.5, 10)])
    func smallFiguresAreNotSpokenOf(ratio: Double, mebibytes: Int) {
        #expect(remarks(allocator: (ratio, mebibytes), total: (1.2, 20)).map(\.weight) == [.fine])
    }

    @Test func anAlmostEmptyServerIsNotJudged() {
        #expect(remarks(used: 2, allocator: (3, 20), total: (9, 16)) == [])
    }
}

import Diagnostics
import Redis
import Testing

@Suite("Looking at a real Redis server")
struct RedisProbeTests {
    private func observe(_ settings: RedisSettings, within seconds: Int = 5) async -> Observation {
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings).observe(until: .after(.seconds(seconds)))
    }

    @Test func tellsMemoryAgainstMaxmemory() async throws {
        let server = try await LiveRedis(["maxmemory 100mb", "maxmemory-policy allkeys-lru"])
        let observation = await observe(server.settings)
        #expect(observation.failure == nil)
        #expect(observation.problems == [])
        let ratio = try #require(observation.value("diag_redis_memory_used_ratio"))
        #expect(ratio > 0.001 && ratio < 0.2)
        #expect(observation.value("diag_redis_memory_max_bytes") == 104_857_600)
        #expect(observation.value("diag_tcp_connect_seconds") != nil)
        #expect(observation.fact("redis.memory.limit")?.hasSuffix("of maxmemory (100 MiB) are used") == true)
        #expect(observation.fact("redis.eviction")?.hasPrefix("allkeys-lru: when memory is full") == true)
    }

    @Test func withoutMaxmemoryJudgesByWhatTheContainerHas() async throws {
        let server = try await LiveRedis()
        var settings = server.settings
        settings.hostMemory = 1 << 30
        let observation = await observe(settings)
        let resident = try #require(observation.value("diag_redis_memory_rss_bytes"))
        #expect(observation.value("diag_redis_memory_used_ratio") == resident / Double(1 << 30))
        #expect(observation.fact("redis.memory.limit")?.hasPrefix("maxmemory is not set") == true)
    }

    @Test func authenticatesWithAPassword() async throws {
        let server = try await LiveRedis(["requirepass s3cret-word"])
        var settings = server.settings
        settings.password = "s3cret-word"
        #expect(await observe(settings).failure == nil)
    }

    @Test func authenticatesAsAnACLUser() async throws {
        let server = try await LiveRedis(["user default off", "user diag on >s3cret-word +info +client|setname"])
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "s3cret-word")
        let observation = await observe(settings)
        #expect(observation.failure == nil)
        #expect(observation.value("diag_redis_memory_used_bytes") != nil)
        #expect(observation.value("diag_redis_slowlog_entries") == nil)
    }

    @Test func withoutTheRightPasswordSaysSoAndNeverRepeatsIt() async throws {
        let server = try await LiveRedis(["requirepass s3cret-word"])
        var settings = server.settings
        let without = try #require(await observe(settings).failure)
        #expect(without.kind == .unauthenticated)
        #expect(without.message == "NOAUTH Authentication required.")
        settings.password = "wr0ng-word"
        let wrong = await observe(settings)
        let failure = try #require(wrong.failure)
        #expect(failure.kind == .unauthenticated)
        #expect(failure.message.hasPrefix("WRONGPASS"))
        #expect(!"\(wrong)".contains("wr0ng-word"))
        #expect(wrong.gaps.map(\.metric) == ["diag_redis_memory_used_ratio"])
    }

    @Test func aPasswordThatTheServerDoesNotWantIsAProblemOnly() async throws {
        let server = try await LiveRedis()
        var settings = server.settings
        settings.password = "needless"
        let observation = await observe(settings)
        #expect(observation.failure == nil)
        #expect(observation.problems.map(\.step) == ["AUTH"])
        #expect(observation.value("diag_redis_memory_used_ratio") != nil)
    }
}

extension Observation {
    func value(_ metric: String, _ labels: Labels? = nil) -> Double? {
        samples.first { $0.metric.name == metric && (labels == nil || $0.labels == labels) }?.value
    }

    func fact(_ id: String) -> String? {
        guard case .fact(let sentence)? = evidence.first(where: { $0.id == id })?.body else { return nil }
        return sentence
    }

    func rows(_ id: String) -> [[Cell]]? {
        guard case .table(let table)? = evidence.first(where: { $0.id == id })?.body else { return nil }
        return table.rows
    }
}

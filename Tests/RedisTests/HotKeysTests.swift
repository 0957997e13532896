import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis hotkeys")
struct HotKeysTests {
    private func look(_ server: LiveRedis, _ options: HotKeysProbe.Options = .init(), within seconds: Double = 20) async
        -> Observation
    {
        let target = Target(kind: .redis, name: "cache", address: "\(server.settings.endpoint)")
        return await HotKeysProbe(target: target, settings: server.settings, options: options)
            .observe(until: .after(.seconds(seconds)))
    }

    @Test func underLFUTheKeyThatIsAskedForMostComesFirst() async throws {
        let server = try await LiveRedis(["maxmemory-policy allkeys-lfu", "lfu-log-factor 0"])
        let client = try await server.client()
        for number in 0..<300 { try await client("SET", "session:\(number)", "x") }
        try await client("SET", "front\npage", "x")
        for _ in 0..<100 { try await client("GET", "front\npage") }
        let seen = await look(server)
        #expect(seen.failure == nil && seen.problems == [])
        #expect(seen.rows("redis.hotkeys")?.first?.last == .text(#"front\npage"#))
        let remarks = seen.remarks("redis.hotkeys.judgement")
        #expect(remarks.contains { $0.text == "all 301 keys are seen, and none was touched" })
        #expect(remarks.contains { $0.text.hasPrefix(#"hottest is front\npage ("#) })
        #expect(
            seen.rows("redis.hotkeys.shapes")?.contains { $0[0] == .text("session:*") && $0[1] == .integer(300) }
                == true)
    }

    @Test func otherwiseItSaysWhatIsIdleAndThatItCannotCount() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        for number in 0..<50 { try await client("SET", "a:\(number)", "x") }
        let before = try await client("OBJECT", "IDLETIME", "a:1").integer
        let seen = await look(server)
        #expect(seen.rows("redis.hotkeys.idle")?.first?[1] == .integer(50))
        let how = try #require(seen.remarks("redis.hotkeys.judgement").first { $0.text.contains("not how often") })
        #expect(how.next == ["redis-cli -p \(server.port) CONFIG SET maxmemory-policy allkeys-lfu"])
        #expect(try await client("OBJECT", "IDLETIME", "a:1").integer.map { $0 >= before ?? 0 } == true)
    }

    @Test func whatTimeAllowsIsToldWithHowMuchItIs() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client("EVAL", "for i = 1, 20000 do redis.call('SET', 'key:' .. i, i) end", "0")
        let seen = await look(server, HotKeysProbe.Options(keysPerSecond: 2000), within: 1)
        #expect(seen.failure == nil)
        #expect(seen.problems.map(\.kind) == [.timedOut])
        let share = try #require(
            seen.remarks("redis.hotkeys.judgement").first { $0.text.contains("of 20000 keys are seen") })
        #expect(share.weight == .careful)
    }

    @Test func allDatabasesAreSeen() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client("SET", "a", "x")
        try await client("SELECT", "5")
        try await client("SET", "b", "x")
        #expect(Set(await look(server).rows("redis.hotkeys")?.map { $0[1] } ?? []) == [.integer(0), .integer(5)])
    }
}

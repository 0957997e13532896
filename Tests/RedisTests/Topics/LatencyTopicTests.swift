import Diagnostics
import Playground
import Testing

@testable import Redis

@Suite("diag redis latency")
struct LatencyTopicTests {
    @Test func whatHeldTheServerUpIsToldWithWhatHelps() async throws {
        let server = try await LiveRedis(["enable-debug-command yes", "latency-monitor-threshold 50"])
        let client = try await server.client()
        try await client("DEBUG", "SLEEP", "0.2")
        let seen = await server.look([.latency()])
        #expect(seen.failure == nil && seen.problems == [])
        let rows = try #require(seen.rows("redis.latency.events"))
        #expect(rows.map { $0[0] } == [.text("command")])
        let trouble = try #require(
            seen.remarks("redis.latency.judgement").first { $0.text.hasPrefix("held up by command") })
        #expect(trouble.weight == .trouble)
        #expect(trouble.next == ["diag redis slowlog cache"])
        guard case .integer(20)? = seen.rows("redis.latency.trips")?.first?.first else {
            Issue.record("no round trips")
            return
        }
    }

    @Test func whatTakesTheTimeNowComesFirst() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client("EVAL", "for i = 1, 20000 do redis.call('SADD', 'set', i) end", "0")
        let busy = Task {
            let other = try await server.client()
            while !Task.isCancelled { try await other("SMEMBERS", "set") }
        }
        let seen = await server.look([.latency()])
        busy.cancel()
        _ = try? await busy.value
        #expect(seen.rows("redis.latency.commands")?.first?.first == .text("smembers"))
        let words = seen.remarks("redis.latency.judgement").map(\.text)
        #expect(words.contains { $0.hasPrefix("smembers takes ") }, "\(words)")
        #expect(words.contains { $0.hasPrefix("the thread that runs all commands is busy ") })
    }

    @Test func whatIsNotRecordedIsSaidWithHowToRecordIt() async throws {
        let server = try await LiveRedis(["latency-tracking no"])
        let remarks = await server.look([.latency()]).remarks("redis.latency.judgement")
        let next = remarks.flatMap(\.next)
        #expect(next.contains("redis-cli -p \(server.port) CONFIG SET latency-monitor-threshold 100"))
        #expect(next.contains("redis-cli -p \(server.port) CONFIG SET latency-tracking yes"))
    }

    @Test func failuresAreCountedByKind() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client("SET", "text", "x")
        let failing = Task {
            let other = try await server.client()
            while !Task.isCancelled { _ = try await other.pipeline([["LPUSH", "text", "y"]]) }
        }
        let remarks = await server.look([.latency()]).remarks("redis.latency.judgement")
        failing.cancel()
        _ = try? await failing.value
        let words = remarks.map(\.text).first { $0.contains("commands failed in the last second") }
        #expect(words?.contains(" WRONGTYPE") == true, "\(remarks)")
    }

    @Test func aServerThatHangsMeanwhileIsStillTold() async throws {
        let server = try await LiveRedis()
        server.freeze()
        defer { server.thaw() }
        let seen = await server.look([.latency()], within: 1)
        #expect(seen.failure?.kind == .timedOut)
    }
}

@Suite("Histograms of latency")
struct LatencyHistogramTests {
    private func histogram(_ buckets: [(Int64, Int64)]) -> RESPValue {
        let pairs = buckets.flatMap { [RESPValue.integer($0.0), .integer($0.1)] }
        return .array([
            .bytes(Array("get".utf8)),
            .array([
                .bytes(Array("calls".utf8)), .integer(buckets.last?.1 ?? 0), .bytes(Array("histogram_usec".utf8)),
                .array(pairs),
            ]),
        ])
    }

    @Test func aQuantileIsTheLimitOfItsBucket() throws {
        let seen = try #require(LatencyHistogram.all(histogram([(1, 50), (2, 98), (4, 99), (1024, 100)]))["get"])
        #expect(seen.quantile(0.5) == 1e-6)
        #expect(seen.quantile(0.99) == 4e-6)
        #expect(seen.quantile(1) == 0.001024)
    }

    @Test func whatHasComeSinceIsTakenApart() throws {
        let before = try #require(LatencyHistogram.all(histogram([(1, 1000), (4, 1010)]))["get"])
        let now = try #require(LatencyHistogram.all(histogram([(1, 1001), (2, 1003), (4, 1013), (64, 1023)]))["get"])
        let since = now.since(before)
        // 1 of 1, 2 of 2, none of 4 and 10 of 64 microseconds.
        #expect(since.quantile(0.05) == 1e-6)
        #expect(since.quantile(0.2) == 2e-6)
        #expect(since.quantile(0.5) == 64e-6)
        #expect(now.since(now).quantile(0.5) == nil, "no call has come")
    }

    @Test func percentilesOfInfoAreRead() {
        let info = RedisInfo("# Latencystats\nlatency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=4.015")
        #expect(info.commandPercentiles["get"]?["p99"].map { abs($0 - 2.007e-6) < 1e-12 } == true)
    }
}

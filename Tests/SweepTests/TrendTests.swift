import Diagnostics
import Network
import Redis
import Runbook
import Testing

@testable import Sweep

@Suite("What is remembered for a forecast")
struct TrendTests {
    private let folder = TemporaryFolder()
    private let cache = Target(kind: .redis, name: "cache", address: "127.0.0.1:6379")

    @Test func oneReadingInTenMinutesStaysForThreeDays() async throws {
        let history = try await History.open(at: path).history
        // Four days in hours, and their last hour in minutes: what comes often must not be kept often.
        let end = 4 * 1440
        for minute in 0...end where minute % 60 == 0 || minute > end - 60 {
            try await sweep(history, atMinute: minute, ratio: Double(minute))
        }
        let past = try #require(await History.past(of: RedisMetrics.memoryUsedRatio, at: cache, in: path))
        let ages = past.map { end - Int($0.time.secondsSinceEpoch / 60) }
        #expect(ages.first == 3 * 1440)
        #expect(Array(ages.suffix(6)) == [50, 40, 30, 20, 10, 0])
        #expect(past.last?.value == Double(end))
    }

    @Test func anotherTargetHasNoPast() async throws {
        try await sweep(History.open(at: path).history, atMinute: 1, ratio: 0.5)
        let other = Target(kind: .redis, name: "other", address: "127.0.0.1:6380")
        #expect(await History.past(of: RedisMetrics.memoryUsedRatio, at: other, in: path)?.isEmpty == true)
    }

    @Test func withoutAHistoryThereIsNoneAndNoneIsMade() async throws {
        #expect(await History.past(of: RedisMetrics.memoryUsedRatio, at: cache, in: nil) == nil)
        #expect(await History.past(of: RedisMetrics.memoryUsedRatio, at: cache, in: path) == nil)
        #expect(!TextFile.exists(path))
    }

    private var path: String { folder.path("diag.sqlite") }

    private func sweep(_ history: History, atMinute minute: Int, ratio: Double) async throws {
        let time = Timestamp(secondsSinceEpoch: Double(minute) * 60)
        let observation = Observation(
            target: cache, started: time, duration: .zero, samples: [Sample(RedisMetrics.memoryUsedRatio, ratio)])
        try await history.judging([observation], lookback: [:], now: time) { _, _ in ((), [:]) }
    }
}

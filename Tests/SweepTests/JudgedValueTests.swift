import Diagnostics
import Runbook
import Testing

@testable import Sweep

@Suite("What was judged in the last day")
struct JudgedValueTests {
    private let folder = TemporaryFolder()
    private let cache = Target(kind: .redis, name: "cache", address: "127.0.0.1:6379")
    private let key = JudgedValue.Key(
        alert: "RedisMemoryFull", target: TargetID(kind: .redis, name: "cache"), source: "")

    @Test func isKeptOnceInTenMinutesForADay() async throws {
        let history = try await History.open(at: folder.path("diag.sqlite")).history
        for minute in stride(from: 0, through: 2 * 1440, by: 5) {
            let values = [JudgedValue(key: key, value: Double(minute))]
            _ = try await history.judging(
                [], lookback: [:], now: Timestamp(secondsSinceEpoch: Double(minute) * 60), values: \.self
            ) { _, _ in (values, [:]) }
        }
        let series = await history.judgedValues(at: [cache])
        #expect(series.map(\.key) == [key])
        #expect(series.first?.points.map(\.value) == stride(from: 1440, through: 2880, by: 10).map(Double.init))
        #expect(await history.judgedValues(at: []).isEmpty)
    }

    @Test func isTheWorstOfEachAlertAndNoPlainYesOrNo() {
        let findings = [
            finding("DiskSpaceLow", 0.5, .ratio), finding("DiskSpaceLow", 0.9, .ratio),
            finding("InstanceDown", 1, .state(one: "up", zero: "down")), finding("APILatencyHigh", nil, .seconds),
            finding("CacheHitLow", 0.9, .ratio, .below), finding("CacheHitLow", 0.8, .ratio, .below),
        ]
        let values = JudgedValue.all(in: findings)
        #expect(values.map(\.key.alert) == ["DiskSpaceLow", "CacheHitLow"])
        #expect(values.map(\.value) == [0.9, 0.8])
    }

    private func finding(_ alert: String, _ value: Double?, _ unit: Unit, _ comparison: Comparison = .above) -> Finding
    {
        Finding(
            alert: alert, severity: .p2, category: .infrastructure, title: "", target: cache, verdict: .ok, summary: "",
            value: value, threshold: 0.5, comparison: comparison, unit: unit)
    }
}

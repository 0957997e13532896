import Diagnostics
import Testing

@testable import Redis

@Suite("When memory is going to be full")
struct MemoryForecastTests {
    /// Samples ten minutes apart up to now, the share of each a function of the hours since the first.
    private func forecast(_ count: Int, _ ratio: (Double) -> Double) -> MemoryForecast {
        let start = Timestamp(secondsSinceEpoch: 1_700_000_000)
        let points = (0..<count).map { index in
            MemoryForecast.Point(time: start + Double(index) * 600, ratio: ratio(Double(index) / 6))
        }
        return MemoryForecast(Array(points.dropLast()), now: points[count - 1])
    }

    /// Noise that is the same in every run: -1 to 1.
    private func noise(_ hours: Double) -> Double { (hours * 6 * 12.9898).truncatingRemainder(dividingBy: 2) - 1 }

    @Test func steadyGrowthIsToldWithOneNumber() throws {
        let seen = forecast(37) { 0.4 + 0.05 * $0 }
        guard case .full(let soonest, let latest?) = seen.outlook else {
            Issue.record("\(seen.outlook)")
            return
        }
        #expect(abs(soonest - 6 * 3600) < 60)
        #expect(abs(latest - 6 * 3600) < 60)
        #expect(seen.sentence == "full in about 6 h if it goes on growing like this (by 37 samples of 6 h)")
    }

    @Test func noisyGrowthIsToldAsARange() throws {
        let seen = forecast(37) { 0.4 + 0.05 * $0 + 0.04 * noise($0) }
        guard case .full(let soonest, let latest?) = seen.outlook else {
            Issue.record("\(seen.outlook)")
            return
        }
        #expect(soonest < latest)
        #expect(soonest > 4 * 3600 && latest < 9 * 3600)
    }

    @Test func aFlushInBetweenDoesNotTurnGrowthRound() {
        let seen = forecast(73) { ($0 < 3 ? 0.5 : 0.2) + 0.03 * $0 }
        if case .full = seen.outlook { return }
        Issue.record("\(seen.outlook)")
    }

    @Test(arguments: [0.0, 0.001])
    func noiseWithoutGrowthForetellsNothing(slope: Double) {
        let seen = forecast(37) { 0.5 + slope * $0 + 0.1 * noise($0) }
        #expect(seen.outlook == .notGrowing)
        #expect(seen.sentence.hasPrefix("no steady growth"))
    }

    @Test func nothingIsForetoldFarBeyondWhatWasSeen() {
        let seen = forecast(13) { 0.1 + 0.0001 * $0 }
        #expect(seen.outlook == .farOff(10 * 7200))
        #expect(seen.sentence.hasPrefix("not full within 20 h"))
    }

    @Test(arguments: [1, 3, 7])
    func fewSamplesSayNothing(count: Int) {
        let seen = forecast(count) { 0.1 + 0.1 * $0 }
        #expect(seen.outlook == .tooFewSamples)
    }

    @Test func whatIsFullIsNotForetold() {
        #expect(forecast(37) { 1 + 0.1 * $0 }.outlook == .notGrowing)
    }

    @Test func threeDaysOfSamplesAreThinned() {
        let seen = forecast(433) { 0.2 + 0.003 * $0 }
        #expect(seen.samples <= 151)
        if case .full = seen.outlook { return }
        Issue.record("\(seen.outlook)")
    }

    @Test(arguments: [(20.0, "20 s"), (2400, "40 min"), (18_000, "5 h"), (800_000, "9 days")])
    func lengthsAreNoMorePreciseThanTheyCanBe(seconds: Double, words: String) {
        #expect(MemoryForecast.roughly(seconds) == words)
    }
}

import Diagnostics
import Testing

@testable import Runbook

@Suite("Counters between sweeps")
struct CountingTests {
    static let counter = "diag_things_total"
    static let fiveMinutes = Expression.increase(Series(counter), .last(.seconds(300)))
    static let sinceLast = Expression.increase(Series(counter), .sincePrevious(window: .seconds(300)))

    static func reading(
        _ time: Timestamp, _ value: Double, _ labels: Labels = [:], identity: String? = nil, since: Timestamp? = nil
    ) -> Observation {
        seen(target(.host), time, [sample(counter, value, labels, identity: identity, since: since)])
    }

    @Test(
        arguments: [
            ([0, 5, 9], 9), ([100, 104, 104], 4), ([100, 3, 5], 5), ([100, 0, 0], 0), ([7, 9, 2, 4, 1], 7),
            ([5, 5], 0),
        ] as [([Double], Double)])
    func aFallIsARestartFromZero(values: [Double], increase: Double) throws {
        let readings = values.enumerated().map { Self.reading(minute(Double($0)), $1) }
        let elements = try evaluate(Self.fiveMinutes, after: readings.dropLast(), readings[readings.count - 1])
        #expect(elements.map(\.value) == [increase])
    }

    /// Two sweeps at once: the one that read later ended first.
    @Test(
        arguments: [([100, 104, 102, 110], 10), ([100, 104, 103], 3), ([100, 102, 98], 0), ([100, 30, 35], 35)]
            as [([Double], Double)])
    func aSmallFallOfWhatHasNotBegunAnewIsNoRestart(values: [Double], increase: Double) throws {
        let readings = values.enumerated().map { Self.reading(minute(Double($0)), $1, since: minute(-60)) }
        let elements = try evaluate(Self.fiveMinutes, after: readings.dropLast(), readings[readings.count - 1])
        #expect(elements.map(\.value) == [increase])
    }

    @Test func theFirstSightIsUnknownNotZero() {
        #expect(throws: Unknown(.needsHistory, "needs a second sweep")) {
            try evaluate(Self.fiveMinutes, Self.reading(minute(0), 5))
        }
    }

    @Test func anotherIdentityIsAnotherSeries() {
        let before = Self.reading(minute(0), 5, identity: "system 1")
        #expect(throws: Unknown.self) {
            try evaluate(Self.sinceLast, after: [before], Self.reading(minute(1), 900, identity: "system 2"))
        }
    }

    @Test func aResetIsSeenEvenWhenTheValueHasGrownPastTheOldOne() throws {
        let before = Self.reading(minute(0), 5, since: minute(-100))
        let after = Self.reading(minute(10), 8, since: minute(2))
        #expect(try evaluate(Self.sinceLast, after: [before], after).map(\.value) == [8])
    }

    @Test func aServerWhoseClockIsAheadDoesNotRestartAtEverySweep() throws {
        let started = minute(60)
        let before = Self.reading(minute(0), 5, since: started)
        let after = Self.reading(minute(1), 6, since: started + 1)
        #expect(try evaluate(Self.sinceLast, after: [before], after).map(\.value) == [1])
    }

    @Test func aSeriesBornSinceTheLastSweepBeganAtZero() throws {
        let before = Self.reading(minute(0), 50, ["code": "200"])
        let after = seen(
            target(.host), minute(1),
            [sample(Self.counter, 60, ["code": "200"]), sample(Self.counter, 7, ["code": "500"])])
        let elements = try evaluate(Self.fiveMinutes, after: [before], after)
        #expect(elements.map { "\($0.labels["code"] ?? "") \($0.value ?? -1)" } == ["200 10.0", "500 7.0"])
    }

    @Test func aSeriesBornInAProcessThatIsOlderBeganAtZeroToo() throws {
        let before = Self.reading(minute(10), 50, ["code": "200"], since: minute(0))
        let after = Self.reading(minute(11), 7, ["code": "500"], since: minute(0))
        #expect(try evaluate(Self.fiveMinutes, after: [before], after).map(\.value) == [7])
    }

    @Test func theCounterOfAnotherVersionWithOtherLabelsIsABaseline() {
        let before = Self.reading(minute(0), 50, ["status": "200"])
        #expect(throws: Unknown.self) {
            try evaluate(Self.fiveMinutes, after: [before], Self.reading(minute(1), 60, ["code": "200"]))
        }
    }

    @Test func aCounterThatHadCountedNothingGetsLabelsWithItsFirstEvent() throws {
        let after = Self.reading(minute(1), 3, ["reason": "password"])
        #expect(try evaluate(Self.fiveMinutes, after: [Self.reading(minute(0), 0)], after).map(\.value) == [3])
    }

    @Test func readingsFromTheFutureAreIgnored() throws {
        let wrong = Self.reading(minute(90), 1000)
        let right = Self.reading(minute(0), 10)
        let now = Self.reading(minute(1), 12)
        #expect(try evaluate(Self.fiveMinutes, after: [right, wrong], now).map(\.value) == [2])
        #expect(throws: Unknown.self) { try evaluate(Self.fiveMinutes, after: [wrong], now) }
    }

    @Test func sweepsThatDoNotBeginToTheSecondStillCoverFiveMinutes() throws {
        let readings = (0..<5).map { Self.reading(at(Double($0) * 60 + 0.4), Double($0) * 10) }
        let now = Self.reading(at(301), 50)
        #expect(try evaluate(Self.fiveMinutes, after: [Self.reading(at(-60), 0)] + readings, now).map(\.value) == [50])
    }

    @Test func overALongerGapTheAverageIsTheLeastAndAllOfItTheMost() throws {
        let elements = try evaluate(
            Self.fiveMinutes, after: [Self.reading(minute(0), 0)], Self.reading(minute(60), 240))
        #expect(elements.map(\.value) == [20])
        #expect(elements.map(\.atMost) == [240])
    }

    @Test func whatHappenedSinceTheLastSweepIsWholeHoweverLongAgoThatWas() throws {
        let elements = try evaluate(Self.sinceLast, after: [Self.reading(minute(0), 1)], Self.reading(minute(9000), 3))
        #expect(elements.map(\.value) == [2])
        #expect(elements.map(\.note) == ["in 6.3 days"])
    }

    @Test func daysAgoSaysNothingAboutTheseMinutes() {
        #expect(throws: Unknown.self) {
            try evaluate(Self.fiveMinutes, after: [Self.reading(minute(0), 1)], Self.reading(minute(1500), 3))
        }
    }

    @Test func ratesAreBySecond() throws {
        let rate = Expression.rate(Series(Self.counter), .last(.seconds(300)))
        #expect(
            try evaluate(rate, after: [Self.reading(minute(0), 0)], Self.reading(minute(1), 30)).map(\.value) == [0.5])
    }

    /// A tenth of ten minutes is a sweep's whole minute: it must not count as an eleventh.
    @Test func tenMinutesAreTenMinutes() throws {
        let tenMinutes = Expression.increase(Series(Self.counter), .last(.seconds(600)))
        let earlier = (0..<15).map { Self.reading(minute(Double($0)), Double($0)) }
        #expect(try evaluate(tenMinutes, after: earlier, Self.reading(minute(15), 15)).map(\.value) == [10])
    }

    /// Against the plain definition: walk along the readings and add what was added.
    @Test(arguments: 0..<200)
    func randomCountersGrowByWhatWasAdded(seed: Int) throws {
        var random = Seeded(seed: UInt64(seed))
        var value = 0.0
        var added: [(time: Double, amount: Double)] = []
        var readings: [Observation] = []
        var time = 0.0
        for _ in 0..<Int.random(in: 2...30, using: &random) {
            readings.append(Self.reading(at(time), value))
            time += Double.random(in: 1...90, using: &random)
            let restarts = Int.random(in: 0..<5, using: &random) == 0
            let growth = Double(Int.random(in: 0...20, using: &random))
            let survives = restarts && growth < value
            added.append((time, growth))
            value = survives ? growth : value + growth
        }
        let now = readings.removeLast()
        added.removeLast()
        let earlier = readings.map { now.started.seconds(since: $0.started) }
        let nearest = earlier.filter { $0 <= 330 }.min { abs($0 - 300) < abs($1 - 300) }
        let base = now.started.secondsSinceEpoch - (nearest ?? earlier[earlier.count - 1])
        let expected = added.filter { at($0.time).secondsSinceEpoch > base + 1e-6 }.reduce(0) { $0 + $1.amount }
        let element = try #require(try evaluate(Self.fiveMinutes, after: readings, now).first)
        #expect(element.value == expected)
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

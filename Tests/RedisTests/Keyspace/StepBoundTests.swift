import Testing

@testable import Redis

@Suite("How much is asked of a server at once")
struct StepBoundTests {
    private func statistics(scans: Int, _ scanTime: Double, questions: Int, _ questionTime: Double) -> ScanStatistics {
        ScanStatistics(
            """
            # Commandstats\r
            cmdstat_scan:calls=\(scans),usec=\(Int(scanTime * 1e6)),usec_per_call=1.00\r
            cmdstat_ttl:calls=\(questions),usec=\(Int(questionTime * 1e6)),usec_per_call=1.00\r
            cmdstat_get:calls=5000,usec=5000,usec_per_call=1.00\r
            """)!
    }

    @Test func aSlowServerIsAskedForLessAndLess() {
        var bound = StepBound(most: .milliseconds(2), count: 1000, roundTrip: .zero)
        for _ in 0..<20 {
            // Ten microseconds for each key, in SCAN as in a question.
            let time = Double(bound.count) * 10e-6
            bound.note(statistics(scans: 10, 10 * time, questions: 1000, 0.01), keys: 1000)
        }
        #expect((25...50).contains(bound.count), "half a millisecond: \(bound.count)")
    }

    @Test func aQuickServerIsAskedForAsMuchAsIsAllowed() {
        var bound = StepBound(most: .milliseconds(2), count: 1000, roundTrip: .zero)
        for _ in 0..<10 {
            bound.note(statistics(scans: 10, Double(bound.count) * 10e-6, questions: 3000, 0.001), keys: 1000)
        }
        #expect((400...500).contains(bound.count), "\(bound.count)")
        #expect(bound.slice == StepBound.slices.upperBound)
    }

    @Test func aTightBoundTakesTheSmallestSteps() {
        var bound = StepBound(most: .microseconds(10), count: 1000, roundTrip: .zero)
        for _ in 0..<10 { bound.note(statistics(scans: 1, 0.001, questions: 100, 0.01), keys: 100) }
        #expect(bound.count == StepBound.leastCount)
        #expect(bound.slice == StepBound.slices.lowerBound)
    }

    @Test func aLongWayHasMoreOnIt() {
        #expect(StepBound(most: .milliseconds(2), count: 1000, roundTrip: .zero).depth == 3)
        #expect(StepBound(most: .milliseconds(2), count: 1000, roundTrip: .microseconds(30)).depth == 3)
        #expect(StepBound(most: .milliseconds(2), count: 1000, roundTrip: .milliseconds(20)).depth > 50)
        #expect(StepBound(most: .milliseconds(2), count: 1000, roundTrip: .seconds(10)).depth == 503)
    }

    @Test func aServerThatIsFoundIdleIsSentMoreAhead() {
        var bound = StepBound(most: .milliseconds(2), count: 64, roundTrip: .milliseconds(1))
        let atFirst = bound.depth
        for _ in 0..<640 { bound.looked(findingIdle: true) }
        #expect((atFirst + 10...2 * atFirst).contains(bound.depth), "\(atFirst), then \(bound.depth)")
        for _ in 0..<64_000 { bound.looked(findingIdle: false) }
        #expect(bound.depth == 3)
    }

    /// It is we who are late there, and who waits for what is on its way is everybody else.
    @Test func aServerCloseByIsSentNoMore() {
        var bound = StepBound(most: .milliseconds(2), count: 64, roundTrip: .microseconds(20))
        for _ in 0..<6400 { bound.looked(findingIdle: true) }
        #expect(bound.depth == 3)
    }

    @Test func onlyForAnAnswerFromCloseByDoesTheThreadWait() {
        let close = StepBound(most: .milliseconds(2), count: 64, roundTrip: .microseconds(40))
        #expect((.microseconds(1) ... .milliseconds(1)).contains(close.wait))
        #expect(StepBound(most: .milliseconds(2), count: 64, roundTrip: .microseconds(500)).wait == .zero)
    }

    @Test func countersThatBeganAnewAreNotCompared() {
        let (old, new) = (statistics(scans: 10, 1, questions: 9, 1), statistics(scans: 2, 1, questions: 9, 1))
        #expect(new.since(old) == nil)
        #expect(old.since(new)?.scans == 8)
        #expect(ScanStatistics("# Commandstats\r\n") == nil)
    }
}

import Diagnostics
import Glibc
import Testing

@testable import Runbook
@testable import Sweep

@Suite("What is kept from one sweep to the next")
struct HistoryTests {
    private let folder = TemporaryFolder()
    private let target = Target(kind: .postgresql, name: "primary", address: "127.0.0.1:5432")
    private let deadlocks = Metric("diag_test_deadlocks_total", .counter, "For the test.")
    private let lookback: [String: Duration] = ["diag_test_deadlocks_total": .seconds(360)]

    @Test func readingsComeBackWithAllThatIdentifiesThem() async throws {
        let since = Timestamp(secondsSinceEpoch: 12)
        try await sweep(at: 1000, value: 7, labels: ["datname": "a\"b\n"], identity: "4711", since: since)
        let found = try await readings(at: 1060)
        let (key, series) = try #require(found.first)
        #expect(key.labels == ["datname": "a\"b\n"])
        #expect(key.identity == "4711")
        #expect(series == [Reading(time: Timestamp(secondsSinceEpoch: 1000), value: 7, countedSince: since)])
    }

    @Test func onlyWhatAConditionLooksBackAtIsKept() async throws {
        let history = try await open()
        let other = Sample(Metric("diag_test_other", .gauge, "For the test."), 1)
        try await judge(history, [observation(at: 1000, [other])], now: 1000)
        #expect(try await readings(at: 1060).isEmpty)
    }

    @Test func oldReadingsGoButTheLastOneStays() async throws {
        for minute in 0...20 { try await sweep(at: 1000 + Double(minute) * 60, value: Double(minute)) }
        let kept = try await readings(at: 2260).values.first?.map(\.value)
        #expect(kept == [14, 15, 16, 17, 18, 19, 20])
        try await sweep(at: 100_000, value: 99)
        try await sweep(at: 200_000, value: 100)
        #expect(try await readings(at: 200_060).values.first?.map(\.value) == [99, 100])
    }

    @Test func statesComeBackWhole() async throws {
        let key = AlertState.Key(
            alert: "X", target: TargetID(target), source: "log", labels: ["mountpoint": "/var"])
        let held = AlertState.Held(
            time: Timestamp(secondsSinceEpoch: 5), summary: "lag 143 s > 30 s", value: 143, evidence: ["a", "b"])
        let state = AlertState(
            phase: .firing, since: Timestamp(secondsSinceEpoch: 3), began: Timestamp(secondsSinceEpoch: 2), held: held,
            resolved: Timestamp(secondsSinceEpoch: 1), flaps: 4)
        let history = try await open()
        _ = try await history.judging([], lookback: lookback, now: .now) { _, _ in ((), [key: state]) }
        let again = try await open()
        let states = try await again.judging([], lookback: lookback, now: .now) { _, states in (states, states) }
        #expect(states == [key: state])
    }

    @Test func sweepsAtTheSameTimeLoseNothing() async throws {
        let opened = try await (0..<4).asyncMap { _ in try await open() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let history = opened[number % 4]
                group.addTask { try await count(history, at: Double(number)) }
            }
            try await group.waitForAll()
        }
        let total = try await opened[0].judging([], lookback: lookback, now: .now) { _, states in
            (states.values.first?.flaps, states)
        }
        #expect(total == 40)
    }

    /// Reads a state, and writes it one higher.
    private func count(_ history: History, at time: Double) async throws {
        let key = AlertState.Key(alert: "X", target: TargetID(target), source: "", labels: [:])
        try await history.judging([], lookback: lookback, now: .now) { _, states in
            let next = AlertState(
                phase: .firing, since: Timestamp(secondsSinceEpoch: time), flaps: (states[key]?.flaps ?? 0) + 1)
            return ((), [key: next])
        }
    }

    @Test(arguments: ["this is not a database at all, but long enough to look like one", "SQLite format 3\u{0}rubbish"])
    func aDamagedFileIsSetAsideWithANote(content: String) async throws {
        folder.write(String(repeating: content, count: 100), to: "diag.sqlite")
        let opened = try await History.open(at: folder.path("diag.sqlite"))
        #expect(opened.note?.contains("damaged") == true)
        #expect(folder.names.contains { $0.hasPrefix("diag.sqlite.damaged-") })
        _ = try await opened.history.judging([], lookback: lookback, now: .now) { _, states in ((), states) }
    }

    @Test func aPlaceThatCannotBeUsedIsAnErrorThatNamesIt() async throws {
        folder.write("a file", to: "file")
        let path = folder.path("file/diag.sqlite")
        await #expect(throws: HistoryError.self) { try await History.open(at: path) }
    }

    @Test func missingFoldersAreMade() async throws {
        _ = try await History.open(at: folder.path("a/b/diag.sqlite"))
        #expect(access(folder.path("a/b/diag.sqlite"), F_OK) == 0)
    }

    @Test func aRecentReadingIsKnownAsSuch() async throws {
        let now = Timestamp.now.secondsSinceEpoch
        try await sweep(at: now - 60, value: 1)
        let history = try await open()
        #expect(await history.hasReading(of: deadlocks, at: target, youngerThan: .seconds(120)))
        #expect(await history.hasReading(of: deadlocks, at: target, youngerThan: .seconds(30)) == false)
    }

    /// A process that ends without closing the file leaves its log behind; each copy is such a process's legacy.
    @Test func theLogStaysShortOverManyProcesses() async throws {
        let path = folder.path("diag.sqlite")
        let key = AlertState.Key(alert: "X", target: TargetID(target), source: "", labels: [:])
        var longest = 0
        for number in 0..<24 {
            let history = try await History.open(at: "\(path)-\(number)").history
            let text = String(repeating: "\(number % 10)", count: 100_000)
            let held = AlertState.Held(time: .now, summary: text, value: nil, evidence: [])
            let state = AlertState(phase: .firing, since: .now, held: held, flaps: 0)
            let before = try await history.judging([], lookback: lookback, now: .now) { _, states in
                (states[key]?.held?.summary.first, [key: state])
            }
            #expect(before == (number == 0 ? nil : Character("\((number - 1) % 10)")))
            longest = max(longest, folder.size(of: "diag.sqlite-\(number)-wal"))
            for part in ["", "-wal"] {
                folder.copy("diag.sqlite-\(number)\(part)", to: "diag.sqlite-\(number + 1)\(part)")
            }
            history.stayOpen()
        }
        #expect(longest > 0)
        #expect(longest < 1_000_000)
    }

    // MARK: -

    private func open() async throws -> History { try await History.open(at: folder.path("diag.sqlite")).history }

    private func observation(at time: Double, _ samples: [Sample]) -> Observation {
        Observation(target: target, started: Timestamp(secondsSinceEpoch: time), duration: .zero, samples: samples)
    }

    private func sweep(
        at time: Double, value: Double, labels: Labels = [:], identity: String? = nil, since: Timestamp? = nil
    ) async throws {
        let sample = Sample(deadlocks, value, labels: labels, identity: identity, countedSince: since)
        try await judge(try await open(), [observation(at: time, [sample])], now: time)
    }

    private func judge(_ history: History, _ observations: [Observation], now: Double) async throws {
        let now = Timestamp(secondsSinceEpoch: now)
        try await history.judging(observations, lookback: lookback, now: now) { _, states in ((), states) }
    }

    private func readings(at time: Double) async throws -> [SeriesHistory.Key: [Reading]] {
        let now = Timestamp(secondsSinceEpoch: time)
        let (metric, target) = (deadlocks.name, target)
        return try await open().judging([observation(at: time, [])], lookback: lookback, now: now) { history, states in
            (history.series(of: metric, at: TargetID(target), before: now), states)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

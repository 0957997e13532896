import Diagnostics
import GRDB
import Glibc
import Runbook
import Testing

@testable import Sweep

@Suite("The life of alerts in the history")
struct LifeHistoryTests {
    private let folder = TemporaryFolder()
    private let target = Target(kind: .redis, name: "cache", address: "10.0.0.6:6379")

    private var path: String { folder.path("diag.sqlite") }

    private var key: AlertState.Key {
        AlertState.Key(alert: "RedisMemoryFull", target: TargetID(target), source: "", labels: ["db": "0"])
    }

    private func open() async throws -> History { try await History.open(at: path).history }

    /// One sweep after which the alert is in this state.
    private func sweep(
        _ state: AlertState?, at time: Double, failure: ProbeError.Kind? = nil, samples: [Sample] = [],
        every: Duration? = nil
    ) async throws {
        let now = Timestamp(secondsSinceEpoch: time)
        let observation = Observation(
            target: target, started: now - 2, duration: .seconds(1), samples: samples,
            failure: failure.map { ProbeError($0, step: "connect", message: "it broke") })
        let states = state.map { [key: $0] } ?? [:]
        try await open().judging([observation], lookback: [:], now: now, every: every) { _, _ in ((), states) }
    }

    private func chronicle(now: Double) async throws -> Chronicle {
        try await History.reading(at: path).chronicle(
            since: Timestamp(secondsSinceEpoch: 0), now: Timestamp(secondsSinceEpoch: now))
    }

    private func firing(_ time: Double) -> AlertState {
        let held = AlertState.Held(
            time: Timestamp(secondsSinceEpoch: time), summary: "96 % > 95 %", value: 0.96, threshold: 0.95,
            cause: "session:* takes it", evidence: ["a", "b"])
        return AlertState(
            phase: .firing, since: held.time, began: held.time, held: held,
            life: .init(
                onset: held, worst: held, isHolding: true, dips: 2, relief: "x",
                acknowledgement: .init(by: "ana", note: "mine", time: held.time, until: held.time + 60), severity: .p1))
    }

    @Test func aLifeComesBackWhole() async throws {
        try await sweep(firing(1000), at: 1000)
        #expect(try await chronicle(now: 1001).states == [key: firing(1000)])
    }

    @Test func whatHappenedIsKeptInItsOrder() async throws {
        try await sweep(firing(1000), at: 1000)
        var resolved = AlertState(phase: .resolved, since: Timestamp(secondsSinceEpoch: 1100))
        resolved = AlertState(
            phase: .resolved, since: resolved.since, resolved: resolved.since,
            life: .init(relief: "40 % ≤ 95 %", severity: .p1))
        try await sweep(resolved, at: 1100)
        try await sweep(nil, at: 9000)
        let events = try await chronicle(now: 9001).events
        #expect(events.map(\.what) == [.firing, .resolved])
        #expect(events[0].evidence == ["a", "b"])
        #expect(events[0].cause == "session:* takes it")
        #expect(events[0].key == key)
        #expect(events[1].summary == "40 % ≤ 95 %")
        #expect(events[1].fired == Timestamp(secondsSinceEpoch: 1000))
        #expect(events[1].worst == firing(1000).held)
    }

    @Test func aFileOfTheFirstVersionIsBroughtUpToDateAndItsAlertsLive() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { database in
            try HistorySchema.bringUpToDate(database, to: 1)
            try database.execute(
                sql: """
                    INSERT INTO alert_state VALUES ('RedisMemoryFull', 'redis', 'cache', '', '', 'firing', 5, 4, NULL, 0,
                        6, '96 %', 0.96, 'a')
                    """)
        }
        try queue.close()
        let status = LifeStatus(try await chronicle(now: 10))
        let entry = try #require(status.entries.first)
        #expect(entry.severity == .p1)
        #expect(entry.state.since == Timestamp(secondsSinceEpoch: 5))
        #expect(entry.state.life == AlertState.Life())
    }

    @Test func upAndDownMakeSpells() async throws {
        for minute in 0..<10 {
            try await sweep(
                nil, at: 1000 + Double(minute) * 60, failure: (4...5).contains(minute) ? .refused : nil,
                every: .seconds(60))
        }
        let spells = try await chronicle(now: 2000).spells
        #expect(spells.map(\.isUp) == [true, false, true])
        #expect(spells.map(\.begin.secondsSinceEpoch) == [1000, 1240, 1360])
        #expect(spells.map(\.end.secondsSinceEpoch) == [1240, 1360, 1540])
    }

    @Test func aTimeInWhichNobodyLookedIsNeitherUpNorDown() async throws {
        for time in [1000.0, 1060, 9000, 9060] { try await sweep(nil, at: time, every: .seconds(60)) }
        let spells = try await chronicle(now: 9100).spells
        #expect(spells.map(\.begin.secondsSinceEpoch) == [1000, 9000])
        #expect(spells.map(\.end.secondsSinceEpoch) == [1060, 9060])
    }

    @Test(
        arguments: [
            (ProbeError.Kind.refused, false), (.timedOut, false), (.server(code: "NOAUTH"), true), (.local, nil),
        ]
            as [(ProbeError.Kind, Bool?)])
    func whatTheFailureSaysOfTheTarget(failure: ProbeError.Kind, isUp: Bool?) async throws {
        try await sweep(nil, at: 1000, failure: failure)
        #expect(try await chronicle(now: 1001).targets.map(\.isUp) == [isUp])
    }

    @Test func aTargetWhoseInstanceIsDownIsDownThoughItAnswered() async throws {
        let now = Timestamp(secondsSinceEpoch: 1000)
        let observation = Observation(target: target, started: now, duration: .zero)
        let down = AlertState.Key(alert: "InstanceDown", target: TargetID(target), source: "", labels: [:])
        let state = firing(1000)
        try await open().judging([observation], lookback: [:], now: now) { _, _ in ((), [down: state]) }
        #expect(try await chronicle(now: 1001).targets.map(\.isUp) == [false])
    }

    @Test func aRestartIsToldOnce() async throws {
        let info = { (run: String) in
            [Sample(Metric("diag_redis_info", .gauge, ""), 1, labels: ["run_id": run, "role": "master"])]
        }
        try await sweep(nil, at: 1000, samples: info("a"))
        try await sweep(nil, at: 1060, failure: .refused)
        try await sweep(nil, at: 1120, samples: info("b"))
        try await sweep(nil, at: 1180, samples: info("b"))
        let events = try await chronicle(now: 1200).events
        #expect(events.map(\.summary) == ["another instance answers: a → b"])
        #expect(events.map(\.time.secondsSinceEpoch) == [1120])
    }

    @Test func theRhythmIsWhatIsSaidOrWhatWasDone() async throws {
        for time in [1000.0, 1060, 1120, 1600] { try await sweep(nil, at: time) }
        #expect(Rhythm(try await chronicle(now: 1600).sweeps).interval == 60)
        try await sweep(nil, at: 1700, every: .seconds(300))
        let rhythm = Rhythm(try await chronicle(now: 1700).sweeps)
        #expect(rhythm.interval == 300)
        #expect(rhythm.last?.duration == 2)
    }

    @Test func aClockSetBackLeavesNothingInTheFuture() async throws {
        for time in [9000.0, 9060] { try await sweep(nil, at: time) }
        try await sweep(nil, at: 1000)
        try await sweep(nil, at: 1060)
        let chronicle = try await chronicle(now: 1060)
        #expect(chronicle.sweeps.map(\.time.secondsSinceEpoch) == [1000, 1060])
        #expect(chronicle.spells.map(\.begin.secondsSinceEpoch) == [1000])
    }

    @Test func anAcknowledgementIsKeptForThoseThatLive() async throws {
        let state = AlertState(
            phase: .firing, since: Timestamp(secondsSinceEpoch: 1000), began: Timestamp(secondsSinceEpoch: 1000),
            held: firing(1000).held, life: .init(severity: .p1))
        try await sweep(state, at: 1000)
        let word = Acknowledgement(by: "bo", note: "rolling back", time: Timestamp(secondsSinceEpoch: 1010))
        let history = try await open()
        #expect(try await history.note(word, .acknowledged) { $0.target.name == "other" }.isEmpty)
        #expect(try await history.note(word, .acknowledged) { _ in true }.map(\.key) == [key])
        #expect(try await chronicle(now: 1011).states[key]?.life.acknowledgement == word)
        #expect(try await history.note(word, .unacknowledged) { _ in true }.map(\.key) == [key])
        #expect(try await history.note(word, .unacknowledged) { _ in true }.isEmpty)
        let chronicle = try await chronicle(now: 1012)
        #expect(chronicle.states[key]?.life.acknowledgement == nil)
        #expect(chronicle.events.map(\.what) == [.firing, .acknowledged, .unacknowledged])
        #expect(chronicle.events.map(\.by) == [nil, "bo", "bo"])
    }

    @Test func theLogOfEventsIsBoundedInAgeAndNumber() async throws {
        let history = try await open()
        let day = 86_400.0
        let events = { (what: AlertEvent.What, times: [Double]) in
            times.map { AlertEvent(time: Timestamp(secondsSinceEpoch: $0), what: what, key: key, summary: "") }
        }
        let now = Timestamp(secondsSinceEpoch: 500 * day)
        let many = (0..<EventStore.most).map { 450 * day + Double($0) }
        let all = events(.firing, [50 * day, 450 * day]) + events(.flap, many)
        try await history.queue.write { try EventStore.add($0, all, now: now) }
        let kept = try await history.chronicle(since: Timestamp(secondsSinceEpoch: 0), now: now).events
        #expect(kept.count <= EventStore.most)
        #expect(
            kept.filter { $0.what == .firing }.map(\.time.day) == [450], "the old one is gone, the telling one is not")
    }

    @Test func readingMakesNothingAndSaysWhatIsMissing() async throws {
        let nowhere = folder.path("no/diag.sqlite")
        await #expect(throws: HistoryError.self) { try await History.reading(at: nowhere) }
        #expect(folder.names.isEmpty)
    }

    @Test func readingWaitsForNobodyWhoWrites() async throws {
        try await sweep(firing(1000), at: 1000)
        var settings = GRDB.Configuration()
        settings.allowsUnsafeTransactions = true
        let writer = try DatabaseQueue(path: path, configuration: settings)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE; DELETE FROM alert_state") }
        let read = try await History.reading(at: path).chronicle(since: nil).states
        #expect(read.count == 1)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    }
}

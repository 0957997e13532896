import Diagnostics
import Testing

@testable import Runbook

/// Events and states as the history keeps them, made by hand.
enum Told {
    static func key(_ alert: String = "RedisMemoryFull", _ target: String = "cache") -> AlertState.Key {
        AlertState.Key(alert: alert, target: TargetID(kind: .redis, name: target), source: "", labels: [:])
    }

    static func event(
        _ what: AlertEvent.What, _ time: Double, _ key: AlertState.Key = key(), _ summary: String = "96 % > 95 %",
        severity: Severity = .p1, fired: Double? = nil, by: String? = nil
    ) -> AlertEvent {
        AlertEvent(
            time: minute(time), what: what, key: key, severity: severity, summary: summary, value: 0.96,
            fired: fired.map(minute), by: by)
    }

    static func firing(since time: Double, _ summary: String = "97 % > 95 %", by: String? = nil) -> AlertState {
        let held = AlertState.Held(time: minute(time), summary: summary, value: 0.97, threshold: 0.95)
        let word = by.map { Acknowledgement(by: $0, note: "on it", time: minute(time + 2)) }
        return AlertState(
            phase: .firing, since: minute(time), began: minute(time), held: held,
            life: .init(onset: held, worst: held, isHolding: true, acknowledgement: word, severity: .p1))
    }
}

@Suite("Episodes from what was kept")
struct EpisodeTests {
    private func episodes(_ events: [AlertEvent], _ states: [AlertState.Key: AlertState] = [:], now: Double = 1000)
        -> [Episode]
    {
        Episode.all(Chronicle(now: minute(now), states: states, events: events))
    }

    @Test func firingAcknowledgingAndResolvingMakeOne() throws {
        let all = episodes([
            Told.event(.pending, 0), Told.event(.firing, 5), Told.event(.acknowledged, 8, by: "ana"),
            Told.event(.resolved, 35, Told.key(), "40 % ≤ 95 %", fired: 5),
        ])
        let episode = try #require(all.first)
        #expect(all.count == 1)
        #expect(episode.began == minute(0))
        #expect(episode.timeToAcknowledge == 180)
        #expect(episode.timeToResolve == 1800)
        #expect(episode.relief == "40 % ≤ 95 %")
        #expect(!episode.isLive)
    }

    @Test func aReturnIsAnotherOne() {
        let all = episodes([
            Told.event(.firing, 0), Told.event(.resolved, 5, fired: 0), Told.event(.refired, 9),
            Told.event(.flap, 11), Told.event(.resolved, 20, fired: 9),
        ])
        #expect(all.map(\.isReturn) == [false, true])
        #expect(all.map(\.flaps) == [0, 1])
    }

    @Test func whatIsForgottenAtTheBeginningIsMadeUpForByTheEnd() {
        let all = episodes([Told.event(.resolved, 50, fired: 20)])
        #expect(all.map(\.timeToResolve) == [1800])
    }

    @Test func whatFiredBeforeEventsWereKeptIsKnownByItsState() {
        let all = episodes([], [Told.key(): Told.firing(since: 990, by: "ana")])
        #expect(all.map(\.isLive) == [true])
        #expect(all.first?.timeToAcknowledge == 120)
    }

    @Test func whatNeverFiredIsNone() {
        #expect(episodes([Told.event(.pending, 0), Told.event(.cleared, 2)]).isEmpty)
    }
}

@Suite("The escalation matrix at work")
struct EscalationTests {
    @Test(
        arguments: [
            (0, "the primary on call acknowledges", "page the secondary on call"),
            (14, "the primary on call acknowledges", "page the secondary on call"),
            (15, "page the secondary on call", "page the team lead"),
            (30, "page the team lead", "tell the engineering manager"),
            (60, "tell the engineering manager", "tell the VP Engineering"), (120, "tell the VP Engineering", nil),
        ] as [(Double, String, String?)])
    func eachStepComesAtItsTime(after: Double, due: String, next: String?) {
        let escalation = Escalation(
            of: "RedisMemoryFull", .p1, firingSince: minute(0), isAcknowledged: false, now: minute(after))
        #expect(escalation.due?.action == due)
        #expect(escalation.next?.action == next)
        #expect(escalation.isResponseOverdue == (after >= 15))
    }

    @Test func onlyP1GoesBeyondTheTeamLead() {
        let escalation = Escalation(
            of: "DiskSpaceLow", .p2, firingSince: minute(0), isAcknowledged: false, now: minute(45))
        #expect(escalation.due?.action == "page the team lead")
        #expect(escalation.next == nil)
    }

    @Test func anAcknowledgementDoesTheFirstStepAndNoOther() {
        let early = Escalation(of: "X", .p1, firingSince: minute(0), isAcknowledged: true, now: minute(3))
        #expect(early.due == nil)
        #expect(early.next?.time == minute(15))
        let late = Escalation(of: "X", .p1, firingSince: minute(0), isAcknowledged: true, now: minute(16))
        #expect(late.due?.action == "page the secondary on call")
        #expect(!late.isResponseOverdue)
    }

    @Test func anInstanceThatIsDownHasItsShorterTimes() {
        let escalation = Escalation(
            of: "InstanceDown", .p1, firingSince: minute(0), isAcknowledged: false, now: minute(6))
        #expect(escalation.due?.action == "page the secondary on call")
        #expect(escalation.next?.time == minute(15))
    }
}

@Suite("What fires by the history alone")
struct LifeStatusTests {
    private func status(_ states: [AlertState.Key: AlertState], sweeps: [Double], now: Double) -> LifeStatus {
        LifeStatus(
            Chronicle(
                now: minute(now), states: states,
                sweeps: sweeps.map { SweepRecord(time: minute($0), duration: 1, targets: 3, failed: 0) },
                targets: [
                    TargetRecord(
                        id: TargetID(kind: .redis, name: "cache"), address: "10.0.0.6:6379",
                        time: minute(sweeps.last ?? 0), isUp: true)
                ]))
    }

    @Test func theExitCodeIsThatOfASweep() {
        #expect(status([:], sweeps: [0, 1, 2], now: 3).exitStatus == .ok)
        #expect(status([:], sweeps: [0, 1, 2], now: 30).exitStatus == .unknown)
        #expect(status([:], sweeps: [], now: 30).exitStatus == .unknown)
        #expect(status([Told.key(): Told.firing(since: 0)], sweeps: [0, 1, 2], now: 3).exitStatus == .critical)
        let pending = AlertState(phase: .pending, since: minute(0))
        #expect(status([Told.key(): pending], sweeps: [0, 1, 2], now: 3).exitStatus == .warning)
    }

    @Test(arguments: [
        ([0.0, 1, 2], 6.9, false), ([0, 1, 2], 7.1, true), ([0, 60, 120], 260, false), ([0, 60, 120], 280, true),
    ])
    func aSweepIsOverdueAfterTwoIntervalsAndAHalf(sweeps: [Double], now: Double, isStale: Bool) {
        #expect(status([:], sweeps: sweeps, now: now).isStale == isStale)
    }

    @Test func whatIsNotLookedAtAnyMoreIsSaidSo() {
        let states = [Told.key(): Told.firing(since: 0)]
        #expect(status(states, sweeps: [0, 1, 2], now: 3).entries.first?.notSeenSince == nil)
        #expect(status(states, sweeps: [0, 1, 2], now: 30).entries.first?.notSeenSince == minute(2))
    }

    @Test func theWorstStandsFirstAndThePendingLast() {
        let pending = AlertState(phase: .pending, since: minute(0), life: .init(severity: .p1))
        let high = AlertState(phase: .firing, since: minute(0), life: .init(severity: .p2))
        let states = [
            Told.key("A", "a"): pending, Told.key("B", "b"): high, Told.key("C", "c"): Told.firing(since: 1),
        ]
        #expect(status(states, sweeps: [0, 1, 2], now: 3).entries.map(\.key.alert) == ["C", "B", "A"])
    }
}

@Suite("The review of what happened")
struct ReviewTests {
    private let errors = Told.key("HighErrorRate", "app")

    private var chronicle: Chronicle {
        let day = 1440.0
        let cache = TargetID(kind: .redis, name: "cache")
        return Chronicle(
            now: minute(3 * day), states: [:],
            events: [
                Told.event(.firing, 0), Told.event(.firing, 2, errors), Told.event(.acknowledged, 4, by: "ana"),
                Told.event(.resolved, 30, fired: 0), Told.event(.resolved, 32, errors, fired: 2),
                Told.event(.firing, day), Told.event(.acknowledged, day + 8, by: "bo"),
                Told.event(.flap, day + 9), Told.event(.resolved, day + 10, fired: day),
            ],
            spells: [
                Spell(target: cache, begin: minute(0), end: minute(60), isUp: true),
                Spell(target: cache, begin: minute(60), end: minute(61), isUp: false),
                Spell(target: cache, begin: minute(61), end: minute(100), isUp: true),
            ])
    }

    @Test func timesAreSummedUpByAlert() throws {
        let review = Review(chronicle, from: minute(0))
        let tally = try #require(review.tallies.first { $0.alert == "RedisMemoryFull" })
        #expect(tally.fired == 2)
        #expect(tally.flaps == 1)
        #expect(tally.acknowledged == Statistics([240, 480]))
        #expect(tally.resolved?.mean == 1200)
        #expect(tally.resolved?.median == 1200)
        #expect(tally.resolved?.longest == 1800)
        #expect(tally.firing == 2400)
    }

    @Test func whatComesTogetherIsSeen() {
        let review = Review(chronicle, from: minute(0))
        #expect(review.pairs == [Review.Pair(first: "HighErrorRate", second: "RedisMemoryFull", count: 1, of: 1)])
    }

    @Test func patternsAreByWeekdayHourAndMonth() {
        // 2027-01-15 was a Friday, 08:00 UTC.
        let review = Review(chronicle, from: minute(0))
        #expect(review.byWeekday == [0, 0, 0, 0, 2, 1, 0])
        #expect(review.byHour[8] == 3)
        #expect(review.byMonth.map(\.month) == ["2027-01"])
        #expect(review.byMonth.map(\.count) == [3])
    }

    @Test func uptimeIsOfTheTimeThatWasLookedAt() throws {
        let uptime = try #require(Review(chronicle, from: minute(0)).uptimes.first)
        #expect(uptime.up == 99 * 60)
        #expect(uptime.down == 60)
        #expect(uptime.ratio == 0.99)
        #expect(uptime.outages == 1)
        let later = try #require(Review(chronicle, from: minute(70)).uptimes.first)
        #expect(later.ratio == 1)
    }

    @Test func oneAlertOrOneTargetCanBeAskedFor() {
        #expect(Review(chronicle, from: minute(0), alert: "HighErrorRate").episodes.count == 1)
        #expect(Review(chronicle, from: minute(0), target: "cache").episodes.count == 2)
        #expect(Review(chronicle, from: minute(100)).episodes.count == 1)
    }
}

@Suite("An incident as far as it was measured")
struct IncidentTests {
    private let lag = Told.key("PostgreSQLReplicationLag", "standby")

    private func chronicle(_ state: AlertState? = nil, _ events: [AlertEvent] = [], now: Double = 20) -> Chronicle {
        Chronicle(now: minute(now), states: state.map { [Told.key(): $0] } ?? [:], events: events)
    }

    @Test func whatNeverFiredIsNone() {
        #expect(Incident("RedisMemoryFull", in: chronicle()) == nil)
        #expect(Incident("RedisMemoryFull", at: "other", in: chronicle(Told.firing(since: 0))) == nil)
    }

    @Test func itsStageIsWhatIsKnown() throws {
        var state = Told.firing(since: 0)
        #expect(Incident("RedisMemoryFull", in: chronicle(state))?.stage == .investigating)
        state.life.worst = AlertState.Held(
            time: minute(1), summary: "99 %", value: 0.99, cause: "session:* takes it all")
        let identified = try #require(Incident("RedisMemoryFull", in: chronicle(state)))
        #expect(identified.stage == .identified)
        #expect(identified.causes == ["session:* takes it all"])
        state.life.isHolding = false
        #expect(Incident("RedisMemoryFull", in: chronicle(state))?.stage == .monitoring)
        let resolved = Incident(
            "RedisMemoryFull", in: chronicle(nil, [Told.event(.firing, 0), Told.event(.resolved, 10, fired: 0)]))
        #expect(resolved?.stage == .resolved)
        #expect(resolved?.duration == 600)
    }

    @Test func theNextUpdateIsDueWithTheSeverityOrTheNextStep() throws {
        // P1: fifteen minutes from now, but the team lead is to be paged at 30.
        let incident = try #require(Incident("RedisMemoryFull", in: chronicle(Told.firing(since: 0))))
        #expect(incident.nextUpdate == minute(30))
        let early = try #require(Incident("RedisMemoryFull", in: chronicle(Told.firing(since: 0), now: 3)))
        #expect(early.nextUpdate == minute(15))
    }

    @Test func whatChangedBeforeAndWhatFiredWithItBelongToIt() throws {
        let restart = AlertEvent("restarted at x", of: TargetID(kind: .redis, name: "cache"), at: minute(80))
        let old = AlertEvent("role: a → b", of: TargetID(kind: .redis, name: "cache"), at: minute(10))
        let events = [old, restart, Told.event(.firing, 101, lag), Told.event(.resolved, 110, lag, fired: 101)]
        let incident = try #require(
            Incident("RedisMemoryFull", in: chronicle(Told.firing(since: 100), events, now: 120)))
        #expect(incident.changes.map(\.summary) == ["restarted at x"])
        #expect(incident.company.map(\.alert) == ["PostgreSQLReplicationLag"])
        #expect(incident.timeline.count == 3)
    }

    @Test func targetsThatFireTogetherAreOneAndAnOldOneIsNot() throws {
        let other = Told.key("RedisMemoryFull", "replica")
        let events = [
            Told.event(.firing, 0, other), Told.event(.resolved, 5, other, fired: 0),
            Told.event(.firing, 100, other), Told.event(.resolved, 110, other, fired: 100),
        ]
        let incident = try #require(
            Incident("RedisMemoryFull", in: chronicle(Told.firing(since: 101), events, now: 120)))
        #expect(incident.episodes.map(\.key.target.name) == ["replica", "cache"])
        #expect(incident.started == minute(100))
    }
}

import Diagnostics
import Testing

@testable import Report
@testable import Runbook

@Suite("The life of alerts as text")
struct LifeTextTests {
    private static func at(_ minutes: Double) -> Timestamp {
        // 2026-11-23T19:00:00Z
        Timestamp(secondsSinceEpoch: 1_795_460_400 + minutes * 60)
    }

    private static let cache = AlertState.Key(
        alert: "RedisMemoryFull", target: TargetID(kind: .redis, name: "cache"), source: "", labels: [:])
    private static let host = AlertState.Key(
        alert: "HighCPUUsage", target: TargetID(kind: .host, name: "this-host"), source: "", labels: [:])

    private static func held(_ minute: Double, _ percent: Double, cause: String? = nil) -> AlertState.Held {
        AlertState.Held(
            time: at(minute), summary: "memory \(percent) % > 95 %", value: percent / 100, threshold: 0.95,
            cause: cause, evidence: ["used_memory 16.1 MiB", "evil \u{1B}[31m | <b>"])
    }

    private static func firing(acknowledged: Bool) -> AlertState {
        AlertState(
            phase: .firing, since: at(2), began: at(2), held: held(20, 97, cause: "session:1 alone takes 9.0 MiB"),
            flaps: 1,
            life: .init(
                onset: held(2, 96), worst: held(9, 104.2), isHolding: true, dips: 2,
                acknowledgement: acknowledged
                    ? Acknowledgement(by: "ana", note: "deleting old sessions", time: at(12), until: at(132)) : nil,
                severity: .p1))
    }

    private static let pending = AlertState(
        phase: .pending, since: at(19), began: at(19),
        held: .init(time: at(20), summary: "CPU 91.0 % > 80 %", value: 0.91), life: .init(severity: .p2))

    private static func chronicle(
        _ states: [AlertState.Key: AlertState], _ events: [AlertEvent] = [], now: Double = 20.5
    ) -> Chronicle {
        Chronicle(
            now: at(now), states: states, events: events,
            sweeps: [18, 19, 20].map { SweepRecord(time: at($0), duration: 1.1, targets: 13, failed: 0) },
            targets: [TargetRecord(id: cache.target, address: "10.0.0.6:6379", time: at(20), isUp: true)])
    }

    private static let events = [
        AlertEvent("restarted at 2026-11-23T18:55:00Z", of: cache.target, at: at(-4)),
        AlertEvent(
            time: at(2), what: .firing, key: cache, severity: .p1, summary: "memory 96.0 % > 95 %", value: 0.96,
            began: at(2)),
        AlertEvent(
            Acknowledgement(by: "ana", note: "deleting <old> sessions | all", time: at(12)), of: cache, .p1,
            .acknowledged),
        AlertEvent(
            time: at(40), what: .resolved, key: cache, severity: .p1, summary: "memory 41.0 % ≤ 95 %",
            cause: "session:1 alone takes 9.0 MiB", began: at(2), fired: at(2),
            worst: held(9, 104.2, cause: "session:1")),
    ]

    private func status(_ states: [AlertState.Key: AlertState], now: Double = 20.5) -> StatusReport {
        StatusReport(version: "1", status: LifeStatus(Self.chronicle(states, now: now)))
    }

    private static let plain = TextLayout(ink: Ink(isColoured: false), width: 100, rows: .max, pieces: .max)

    @Test func statusTellsWhatFiresWhoSeesToItAndWhatIsDue() {
        let states = [Self.cache: Self.firing(acknowledged: true), Self.host: Self.pending]
        #expect(
            status(states).text(layout: Self.plain) == """
                CRITICAL  1 alert fires, 1 pending · last sweep 30 s ago (13 targets in 1.1 s) · 2026-11-23T19:20:30Z

                FIRING   P1 RedisMemoryFull  Redis memory is full
                   cache (10.0.0.6:6379): memory 97.0 % > 95 %  for 18 min 30 s, since 19:02:00Z, came back once, held again 2 times while kept firing
                     acknowledged by ana 8 min 30 s ago: deleting old sessions (until 21:12:00Z)
                     seen: session:1 alone takes 9.0 MiB
                     worst: memory 104.2 % > 95 % at 19:09:00Z
                   due   page the secondary on call  since 19:17:00Z (3 min 30 s ago)
                   next  page the team lead  at 19:32:00Z (in 11 min 30 s)

                PENDING  P2 HighCPUUsage this-host  CPU 91.0 % > 80 %  for 1 min 30 s

                """)
    }

    @Test func nobodyHasAcknowledgedIsSaid() {
        let text = status([Self.cache: Self.firing(acknowledged: false)]).text(layout: Self.plain)
        #expect(text.contains("nobody has acknowledged it; due by 19:17:00Z"))
        #expect(
            status([Self.cache: Self.firing(acknowledged: false)], now: 4).text(layout: Self.plain)
                .contains("to be acknowledged by 19:17:00Z"))
    }

    @Test func anOldHistoryIsSaidToBeOld() {
        let text = status([:], now: 60).text(layout: Self.plain)
        #expect(text.hasPrefix("UNKNOWN  nothing fires · last sweep 40 min ago"))
        #expect(text.contains("STALE    nobody keeps watch: last sweep 40 min ago, where sweeps come every 1 min"))
    }

    @Test func inOneLineThereIsWhatAPromptHasRoomFor() {
        let states = [Self.cache: Self.firing(acknowledged: false), Self.host: Self.pending]
        #expect(status(states).line == "CRITICAL P1 RedisMemoryFull cache 18 min 30 s, 1 pending\n")
        #expect(
            status([Self.cache: Self.firing(acknowledged: true)]).line
                == "CRITICAL (P1 RedisMemoryFull cache 18 min 30 s, ana)\n")
        #expect(status([:]).line == "OK last sweep 30 s ago\n")
        #expect(status([:], now: 60).line == "UNKNOWN STALE: last sweep 40 min ago\n")
        #expect(
            status(states, now: 60).line
                == "CRITICAL P1 RedisMemoryFull cache 58 min, 1 pending, STALE: last sweep 40 min ago\n")
    }

    @Test func theFirstMessageHasWhatWasMeasuredAndPlacesForTheRest() throws {
        let chronicle = Self.chronicle(
            [Self.cache: Self.firing(acknowledged: false)], [Self.events[0], Self.events[1]])
        let incident = try #require(Incident("RedisMemoryFull", in: chronicle))
        let report = IncidentReport(version: "1", incident: incident)
        #expect(report.usual == .initial)
        #expect(
            report.text(.initial) == """
                [INCIDENT] Redis memory is full: cache
                Severity: P1
                Status: Identified
                Impact: <what users notice> (in general: Without an eviction policy writes begin to fail; with one, keys that are still needed are thrown out.)
                Start Time: 19:02 UTC
                Next Update: 19:32 UTC

                Measured at cache (10.0.0.6:6379): memory 96.0 % > 95 % at first (19:02 UTC); memory 104.2 % > 95 % at worst (19:09 UTC); memory 97.0 % > 95 % when last seen (19:20 UTC)
                Cause seen: session:1 alone takes 9.0 MiB
                Changed: cache restarted at 2026-11-23T18:55:00Z (seen at 18:56 UTC)
                Acknowledged: by nobody yet
                Escalation: page the team lead at 19:32 UTC

                """)
    }

    @Test func theUpdateNamesWhoSeesToItAndWhatIsDue() throws {
        let chronicle = Self.chronicle([Self.cache: Self.firing(acknowledged: true)])
        let report = IncidentReport(version: "1", incident: try #require(Incident("RedisMemoryFull", in: chronicle)))
        #expect(report.usual == .update)
        let lines = report.text(.update).split(separator: "\n").map(String.init)
        #expect(lines[0] == "[UPDATE] Redis memory is full: cache")
        #expect(lines[2] == "Progress: <what has been done> (acknowledged by ana at 19:12 UTC: deleting old sessions)")
        #expect(lines[3] == "Next Steps: <what is being done> (due: page the secondary on call)")
        #expect(lines[4] == "ETA: <if known>")
    }

    @Test func theResolutionHasItsLengthAndWhatEndedIt() throws {
        let chronicle = Self.chronicle([:], Self.events, now: 50)
        let report = IncidentReport(version: "1", incident: try #require(Incident("RedisMemoryFull", in: chronicle)))
        #expect(report.usual == .resolution)
        #expect(
            report.text(.resolution) == """
                [RESOLVED] Redis memory is full: cache
                Duration: 0 hours 38 minutes (19:02 UTC to 19:40 UTC)
                Impact: <summary of user impact>
                Root Cause: <brief explanation> (seen: session:1)
                Resolution: <what fixed it> (measured: cache memory 41.0 % ≤ 95 % at 19:40 UTC)
                Follow-up: <postmortem ticket or link> (ticket by 2026-11-24, postmortem by 2026-11-25, action items by 2026-11-30)

                Measured at cache (10.0.0.6:6379): memory 96.0 % > 95 % at first (19:02 UTC); memory 104.2 % > 95 % at worst (19:09 UTC); memory 41.0 % ≤ 95 % in the end (19:40 UTC)
                Cause seen: session:1
                Changed: cache restarted at 2026-11-23T18:55:00Z (seen at 18:56 UTC)

                """)
    }

    @Test func thePostmortemHasItsDatesAndNothingOfAServerActsInIt() throws {
        let chronicle = Self.chronicle([:], Self.events, now: 50)
        let report = IncidentReport(version: "1", incident: try #require(Incident("RedisMemoryFull", in: chronicle)))
        let text = report.text(.postmortem)
        #expect(text.hasPrefix("# Postmortem: Redis memory is full (cache), 2026-11-23\n"))
        #expect(
            text.contains(
                "| 2026-11-23T19:12:00Z | acked | RedisMemoryFull cache | by ana: deleting \\<old\\> sessions \\| all |"
            ))
        #expect(text.contains("    evil \\u{1b}[31m | <b>"), "as a block of code")
        #expect(text.contains("- [ ] by 2026-11-24: ticket with the timeline"))
        #expect(text.contains("- [ ] by 2026-11-25: this postmortem"))
        #expect(text.contains("- [ ] by 2026-11-30: action items assigned"))
        #expect(text.contains("- acknowledged after: 10 min (allowed: 15 min)"))
    }

    @Test func theHistoryTellsAlertsTimelineAndPatterns() {
        let review = Review(Self.chronicle([:], Self.events, now: 50), from: Self.at(-60))
        let text = ReviewReport(version: "1", review: review, targets: []).text(layout: Self.plain)
        #expect(
            text == """
                The last 1 h 50 min  1 alert fired · acknowledged in 10 min (median) · resolved in 38 min · 2026-11-23T18:00:00Z to 2026-11-23T19:50:00Z

                Alerts: mean / median / longest
                      alert            target  fired  flaps  acknowledged_in  resolved_in  fired_for
                  P1  RedisMemoryFull  cache       1      0  10 min           38 min       38 min

                Timeline, UTC
                  Mon 11-23 18:56:00  changed   cache  restarted at 2026-11-23T18:55:00Z
                  Mon 11-23 19:02:00  FIRING    RedisMemoryFull cache  memory 96.0 % > 95 %
                  Mon 11-23 19:12:00  acked     RedisMemoryFull cache  by ana: deleting <old> sessions | all
                  Mon 11-23 19:40:00  RESOLVED  RedisMemoryFull cache  after 38 min: memory 41.0 % ≤ 95 %

                When they began to fire, UTC
                  by weekday  █······  Mon 1  Tue 0  Wed 0  Thu 0  Fri 0  Sat 0  Sun 0
                  by hour     ···················█····  0 to 23 h, most at 19 h: 1

                """)
    }

    @Test(arguments: [([0, 1, 2, 8], "·▁▂█"), ([0, 0], "··"), ([], "")] as [([Int], String)])
    func barsAreAgainstTheLargest(counts: [Int], bars: String) { #expect(Bars.counts(counts) == bars) }

    @Test func whatIsNotWholeDoesNotLookSo() {
        #expect(Bars.course([1, 0.999, 0.5, 0, nil]) == "█▇▄!·")
    }
}

import Diagnostics
import HTTP
import Runbook
import Testing

@testable import Sweep

@Suite("What a receiver was told and is still to be told")
struct LedgerTests {
    private static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
    private static let place = OutgoingAlert.Place(
        alert: "PostgreSQLDeadlocks", target: TargetID(kind: .postgresql, name: "db"))

    private func alert(_ database: String = "app", at time: Timestamp = now) -> OutgoingAlert {
        OutgoingAlert(
            place: Self.place, labels: ["alertname": "PostgreSQLDeadlocks", "datname": database],
            annotations: ["summary": "\(database): 1 deadlock"], startsAt: time, endsAt: time + 240, isResolved: false)
    }

    private func due(
        _ ledger: inout Ledger, _ firing: [OutgoingAlert], after seconds: Double, judged: Bool = true
    ) -> [String] {
        let time = Self.now + seconds
        let due = ledger.due(firing, judged: judged ? [Self.place] : [], resend: 60, now: time)
        ledger.settle(due, .arrived, now: time)
        return due.map { ($0.isResolved ? "-" : "+") + ($0.labels["datname"] ?? "") }
    }

    @Test func aFiringAlertIsRepeatedAndItsEndIsToldOnce() {
        var ledger = Ledger()
        #expect(due(&ledger, [alert()], after: 0) == ["+app"])
        #expect(due(&ledger, [alert()], after: 20) == [], "the resend delay has not passed")
        #expect(due(&ledger, [alert()], after: 59) == ["+app"], "cron does not begin to the second")
        #expect(due(&ledger, [], after: 120) == ["-app"])
        #expect(due(&ledger, [], after: 180) == [])
        #expect(ledger.entries.isEmpty)
    }

    @Test func onlyWhatEndedIsToldToHaveEnded() {
        var ledger = Ledger()
        _ = due(&ledger, [alert("app"), alert("orders")], after: 0)
        #expect(due(&ledger, [alert("orders")], after: 70) == ["-app", "+orders"])
    }

    @Test func whatThisSweepDidNotLookAtHasNotEnded() {
        var ledger = Ledger()
        _ = due(&ledger, [alert()], after: 0)
        #expect(due(&ledger, [], after: 60, judged: false) == [])
        #expect(due(&ledger, [], after: 120) == ["-app"])
    }

    @Test func whatWasNeverToldIsNotTakenBack() {
        var ledger = Ledger()
        let first = ledger.due([alert()], judged: [Self.place], resend: 60, now: Self.now)
        ledger.settle(first, .refused, now: Self.now)
        #expect(due(&ledger, [], after: 60) == [])
    }

    /// Killed between sending and noting that it arrived, or no answer came: it may have been told.
    @Test func whatMayHaveBeenToldIsTakenBack() {
        var ledger = Ledger()
        _ = ledger.due([alert()], judged: [Self.place], resend: 60, now: Self.now)
        #expect(due(&ledger, [], after: 60) == ["-app"])
        let uncertain = ledger.due([alert()], judged: [Self.place], resend: 60, now: Self.now + 120)
        ledger.settle(uncertain, .uncertain, now: Self.now + 120)
        #expect(due(&ledger, [], after: 180) == ["-app"])
    }

    @Test func anEndIsToldUntilItArrives() {
        var ledger = Ledger()
        _ = due(&ledger, [alert()], after: 0)
        for seconds in [60.0, 120, 180] {
            let time = Self.now + seconds
            let ended = ledger.due([], judged: [Self.place], resend: 60, now: time)
            #expect(ended.map(\.endsAt) == [Self.now + 60], "the first sweep that saw it tells when")
            ledger.settle(ended, .refused, now: time)
        }
        #expect(due(&ledger, [], after: 240) == ["-app"])
        #expect(due(&ledger, [], after: 300) == [])
    }

    @Test func whatComesBackBeforeItsEndArrivedFires() {
        var ledger = Ledger()
        _ = due(&ledger, [alert()], after: 0)
        let ended = ledger.due([], judged: [Self.place], resend: 60, now: Self.now + 60)
        ledger.settle(ended, .refused, now: Self.now + 60)
        #expect(due(&ledger, [alert(at: Self.now + 120)], after: 120) == ["+app"])
    }

    @Test func whatNobodyAsksAboutIsForgottenInTheEnd() {
        var ledger = Ledger()
        _ = due(&ledger, [alert()], after: 0)
        _ = due(&ledger, [], after: 90_000, judged: false)
        #expect(ledger.entries.isEmpty)
    }

    @Test func theHistoryKeepsAll() async throws {
        let folder = TemporaryFolder()
        let history = try await History.open(at: folder.path("diag.sqlite")).history
        let receiver = Receiver(.webhook, try .init("http://127.0.0.1:1/secret"))
        let alert = alert("say \"hello\"\n{},=")
        let now = Self.now
        let sent = try await history.changing(receiver) {
            $0.due([alert], judged: [Self.place], resend: 60, now: now)
        }
        #expect(sent == [alert])
        let again = try await History.open(at: folder.path("diag.sqlite")).history
        let entries = try await again.changing(receiver) { $0.entries }
        #expect(entries[alert.labels]?.annotations == alert.annotations)
        #expect(entries[alert.labels]?.sentAt == nil)
        #expect(!receiver.id.contains("secret"))
        #expect(receiver.shown == "http://127.0.0.1:1")
    }
}

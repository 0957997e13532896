import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("A sweep for a person")
struct SweepTextTests {
    private let text = SweepText(
        Scenario.report, layout: TextLayout(ink: Ink(isColoured: false), width: 110)
    ).rendered()
    private var lines: [Substring] { text.split(separator: "\n") }

    @Test func theFirstLineSaysHowBadItIs() {
        #expect(lines[0].hasPrefix("CRITICAL  3 alerts fire, 1 pending, "))
        #expect(lines[0].contains("4 targets in 41 ms · 2026-01-01T00:00:00Z"))
    }

    @Test func whatFiresComesFirstTheWorstOnTop() throws {
        let firing = lines.filter { $0.hasPrefix("FIRING") }
        #expect(firing.map { $0.split(separator: " ")[1] } == ["P1", "P1", "P2"])
        #expect(firing[2].contains("CertificateExpiringSoon"))
    }

    @Test func theValueStandsBesideItsThreshold() {
        #expect(text.contains("expires in 9.0 days < 14 days"))
        #expect(text.contains("95.0 % > 80 %"))
    }

    @Test func theEvidenceAndTheNextCommandAreThere() {
        #expect(text.contains("app      api\\u{1b}[2J"))
        #expect(text.contains("diag pg connections primary"))
    }

    @Test func nothingFromAServerActsOnTheTerminal() {
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.contains("note: the history was \\u{1b}[31mdamaged"))
    }

    @Test func aRightThatIsMissingAtSeveralTargetsIsToldOnceWithWhatMendsIt() {
        let problem = ProbeError(.forbidden, step: "read", message: "it is hidden", advice: "GRANT pg_monitor TO diag")
        let observations = ["a", "b"].map { name in
            Observation(
                target: Target(kind: .postgresql, name: name, address: name), started: .now, duration: .zero,
                problems: [problem])
        }
        let report = SweepReport(
            version: "1", started: .now, duration: .zero, observations: observations, findings: [], notes: [])
        let text = SweepText(report, layout: TextLayout(ink: Ink(isColoured: false), width: 120)).rendered()
        #expect(text.contains("PROBLEM  a, b: read: it is hidden → GRANT pg_monitor TO diag\n"))
    }

    @Test func whatIsNotWatchedIsSaid() {
        #expect(text.contains("NOT WATCHED"))
        #expect(text.contains("RedisSentinelFailover"))
    }

    @Test func oneLineForCron() {
        let line = SweepLine(Scenario.report).rendered()
        #expect(line.hasPrefix("CRITICAL: 3 firing: "))
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(line.contains("CertificateExpiringSoon web (expires in 9.0 days < 14 days)"))
    }

    @Test func everyAlertCanBeExplained() {
        for alert in Catalogue.all {
            let text = ExplanationText(
                Explanation(alert), layout: TextLayout(ink: Ink(isColoured: false), width: 100)
            ).rendered()
            #expect(text.hasPrefix(alert.name))
            #expect(text.contains("How it is judged"))
            #expect(text.contains("What to do"))
        }
    }
}

@Suite("A sweep for programs")
struct SweepJSONTests {
    @Test func saysTheSameInOrder() throws {
        let json = Scenario.report.json
        #expect(json.hasPrefix("{\n  \"schema_version\": 1,\n  \"diag_version\": \"1.2.3\",\n"))
        #expect(json.contains("\"status\": \"critical\",\n  \"exit_code\": 2,"))
        #expect(json.contains("\"alert\": \"CertificateExpiringSoon\""))
        #expect(!json.unicodeScalars.contains("\u{1B}"))
    }
}

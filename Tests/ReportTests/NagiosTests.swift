import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("The answer of a monitoring plugin")
struct NagiosTests {
    private let text = NagiosText(Scenario.report).rendered()
    private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test func theFirstLineIsStatusSummaryAndNumbers() throws {
        let parts = lines[0].split(separator: "|")
        #expect(parts.count == 2)
        #expect(parts[0].hasPrefix("CRITICAL - InstanceDown cache: server does not answer"))
        #expect(parts[0].contains("; PostgreSQLConnectionsExhausted primary: connections 100.0 % > 90 %; "))
        #expect(parts[1].contains("'primary PostgreSQLConnectionsExhausted'=100%;;90;0;100"))
        #expect(parts[1].contains("'web CertificateExpiringSoon'=777600s;;1209600:"))
        // Pending pages as little as P3 does, and its threshold stays what it is.
        #expect(parts[1].contains("'host HighCPUUsage'=95%;;80;0;100"))
        // What could not be judged is a gap in the graph, not a line that ends.
        #expect(parts[1].contains("'cache RedisMemoryFull'=U;;95;0;100"))
    }

    @Test func thereIsOneBarInASweepAndNothingActs() {
        #expect(text.filter { $0 == "|" }.count == 1)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.hasSuffix("\n"))
    }

    @Test func theDetailsStandBehindIt() {
        #expect(lines.contains("FIRING   P1 PostgreSQLConnectionsExhausted  PostgreSQL runs out of connections"))
        #expect(text.contains("\nPENDING  P2 HighCPUUsage host: CPU 95.0 % > 80 %"))
        #expect(text.contains("look → diag pg connections primary"))
    }

    @Test(
        arguments: [
            (Unit.ratio, 0.9375, "x=93.75%;;90;0;100"), (.seconds, 143, "x=143s;;0.9;0"),
            (.milliseconds, 0.000_023, "x=0.000023s;;0.9;0"), (.days, -3600, "x=-3600s;;0.9"),
            (.bytes, 12_345_678_901_234, "x=12345678901234B;;0.9;0"), (.number, 1e15, "x=1000000000000000;;0.9"),
            (.count("things"), 2, "x=2;;0.9;0"), (.state(one: "up", zero: "down"), 0, "x=0;;0.9;0;1"),
            (.number, .nan, "x=U;;0.9"), (.number, .infinity, "x=U;;0.9"), (.number, 1e30, "x=U;;0.9"),
        ] as [(Unit, Double, String)])
    func aValueHasItsUnitAndIsWrittenInDigits(unit: Unit, value: Double, expected: String) {
        #expect(PerformanceData("x", judged: Self.finding(unit, value, .above, 0.9), value: value).text == expected)
    }

    @Test(
        arguments: [
            (Comparison.above, Severity.p1, "x=1;;5"), (.above, .p3, "x=1;5"), (.below, .p2, "x=1;;5:"),
            (.atMost, .p4, "x=1;@~:5"),
        ] as [(Comparison, Severity, String)])
    func aThresholdIsARangeWhereItsSeverityBelongs(comparison: Comparison, severity: Severity, expected: String) {
        let finding = Self.finding(.number, 1, comparison, 5, severity)
        #expect(PerformanceData("x", judged: finding, value: 1).text == expected)
    }

    @Test(
        arguments: [
            ("plain_label-1.2:3/x", "plain_label-1.2:3/x=1"), ("two words", "'two words'=1"),
            ("it's=a|b", "it_s_a_b=1"), ("a\nb\u{1B}[m", "'a_nb_u{1b}[m'=1"), ("", "''=1"),
            ("a=\u{301}b'\u{308}|\u{327}", "'a_\u{301}b_\u{308}_\u{327}'=1"), ("größe", "'größe'=1"),
        ])
    func nothingInALabelEndsIt(label: String, expected: String) {
        #expect(PerformanceData(label, 1, PerformanceUnit(.number)).text == expected)
    }

    @Test(
        arguments: [
            ("a|b", "a¦b"), ("x\ny", "x\\ny"), ("<script>alert(1)</script>", "‹script>alert(1)‹/script>"),
            ("9 < 14 <2", "9 < 14 <2"), ("<", "<"), ("|\u{308}=", "¦\u{308}="), ("<\u{301}b", "‹\u{301}b"),
            ("\u{202E}x", "\\u{202e}x"),
        ])
    func textOfServersIsNeitherANumberNorATag(text: String, expected: String) { #expect(nagiosSafe(text) == expected) }

    @Test func nothingThatIsJudgedIsNotWell() {
        let report = Self.report([])
        #expect(report.exitStatus == .ok)
        #expect(report.checkStatus == .unknown)
        #expect(NagiosText(report).rendered() == "UNKNOWN - nothing was judged\n")
    }

    @Test func whatIsAskedAndNotJudgedIsSaid() {
        var report = Self.report([Self.finding(.ratio, 0.1, .above, 0.9, alert: "RedisMemoryFull")])
        report.unjudged = [
            Self.finding(.number, nil, .above, 0, alert: "PostgreSQLDeadlocks", .unknown, "needs a sweep")
        ]
        #expect(report.checkStatus == .ok)
        let line = NagiosText(report).rendered().split(separator: "\n")[0]
        #expect(line.hasPrefix("OK - fine; not judged: PostgreSQLDeadlocks (needs a sweep) | "))
        #expect(line.contains("PostgreSQLDeadlocks=U;;0"))
    }

    @Test func theVeryQuestionLeftOpenIsNotWell() {
        var report = Self.report([Self.finding(.state(one: "up", zero: "down"), 1, .below, 1, alert: "InstanceDown")])
        report.unjudged = [
            Self.finding(.number, nil, .above, 0, alert: "PostgreSQLDeadlocks", .unknown, "needs a sweep")
        ]
        #expect(report.checkStatus == .unknown)
        #expect(
            NagiosText(report).rendered().hasPrefix(
                "UNKNOWN - not judged: PostgreSQLDeadlocks (needs a sweep); fine | "))
    }

    @Test func whatACommandCallsTroubleIsAWarningWhereNoAlertFires() {
        let remarks = Evidence.remarks(
            "x", "Judgement", [.trouble("the link is down | <b>", next: "redis-cli PING"), .fine("b")])
        let seen = Observation(target: Self.target, started: Scenario.now, duration: .zero, evidence: [remarks])
        var report = SweepReport(
            version: "1", started: Scenario.now, duration: .zero, observations: [seen],
            findings: [Self.finding(.ratio, 0.1, .above, 0.9)], notes: [])
        #expect(report.checkStatus == .ok)
        report.isSweep = false
        #expect(report.checkStatus == .warning)
        #expect(report.exitStatus == .ok)
        let text = NagiosText(report).rendered()
        #expect(text.hasPrefix("WARNING - the link is down ¦ ‹b> | "))
        #expect(text.contains("\nTROUBLE  db: the link is down ¦ ‹b>\n         → redis-cli PING\n"))
        #expect(report.junit.contains("<failure type=\"trouble\""))
    }

    @Test func moreThanNagiosReadsIsLeftOutAndSaid() {
        let findings = (0..<400).map { Self.finding(.ratio, 0.95, .above, 0.9, alert: "Alert\($0)", .firing) }
        let text = NagiosText(Self.report(findings)).rendered()
        #expect(text.utf8.count < 8192)
        #expect(text.contains("left out: Nagios reads 8 KiB"))
        let whole = NagiosText(Self.report(findings), isWhole: true).rendered()
        #expect(whole.contains("Alert399=95%;;90;0;100"))
        #expect(!whole.contains("left out"))
    }

    @Test func aSeriesKeepsItsNameAndPlaceWhateverFires() {
        let quiet = Self.report([
            Self.finding(.ratio, 0.5, .above, 0.9, alert: "A"), Self.finding(.ratio, 0.6, .above, 0.9, alert: "B"),
        ])
        let loud = Self.report([
            Self.finding(.ratio, 0.95, .above, 0.9, alert: "B", .firing, labels: ["mountpoint": "/"]),
            Self.finding(.ratio, 0.99, .above, 0.9, alert: "B", .firing, labels: ["mountpoint": "/srv"]),
            Self.finding(.ratio, 0.5, .above, 0.9, alert: "A"),
        ])
        #expect(quiet.judgedPerformance.map(\.label) == loud.judgedPerformance.map(\.label))
        #expect(loud.judgedPerformance.map(\.value) == [0.5, 0.99])
    }

    @Test func aCheckThatCannotBeginSaysWhy() {
        #expect(NagiosText.failure("Error: no | such\nfile") == "UNKNOWN - no ¦ such\nfile\n")
    }

    @Test(arguments: [(Target.Kind.postgresql, false), (.host, false), (.http, true)])
    func aRightThatIsMissingIsNotWellAndAPageWithoutMetricsIs(kind: Target.Kind, isWell: Bool) throws {
        // An HTTP target that passes its health check, and serves none of the runbook's metrics; a server that hides them.
        let target = Target(kind: kind, name: "it", address: "it")
        let seen = Observation(target: target, started: Scenario.now, duration: .zero)
        let result = Judgement().judge(
            [
                Observation(
                    target: target, started: Scenario.now, duration: .zero,
                    gaps: [
                        Gap(Metric("diag_postgresql_connections_used_ratio", .gauge, ""), "hidden"),
                        Gap(Metric("diag_host_memory_used_ratio", .gauge, ""), "hidden"),
                        Gap(Metric("diag_application_requests_total", .counter, ""), "no metrics"),
                    ])
            ], history: nil, states: nil, now: Scenario.now)
        let open = result.findings.filter {
            $0.verdict == .unknown && ($0.summary == "hidden" || $0.summary == "no metrics")
        }
        #expect(!open.isEmpty)
        let fine = Finding(
            alert: "DiskSpaceLow", severity: .p2, category: .infrastructure, title: "", target: target, verdict: .ok,
            summary: "")
        var report = SweepReport(
            version: "1", started: Scenario.now, duration: .zero, observations: [seen], findings: [fine], notes: [])
        (report.unjudged, report.isSweep) = (open, false)
        #expect(report.checkStatus == (isWell ? .ok : .unknown))
    }

    static let target = Target(kind: .postgresql, name: "db", address: "db:5432")

    static func report(_ findings: [Finding]) -> SweepReport {
        let seen = Observation(target: target, started: Scenario.now, duration: .zero)
        return SweepReport(
            version: "1", started: Scenario.now, duration: .zero, observations: [seen], findings: findings, notes: [])
    }

    static func finding(
        _ unit: Unit, _ value: Double?, _ comparison: Comparison, _ threshold: Double, _ severity: Severity = .p2,
        alert: String = "Alert", _ verdict: Verdict = .ok, _ summary: String = "fine", labels: Labels = [:]
    ) -> Finding {
        Finding(
            alert: alert, severity: severity, category: .database, title: "A title", target: target, labels: labels,
            verdict: verdict, summary: summary, value: value, threshold: threshold, comparison: comparison, unit: unit)
    }
}

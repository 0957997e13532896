import Diagnostics
import Foundation
import PostgreSQL
import Runbook
import Testing

@testable import Report

/// One at a time: each starts a browser.
@Suite("A sweep as a page", .serialized)
struct HTMLTests {
    static let hostile = """
        "'><script>top.hacked=1;window.hacked=1</script><img src=x onerror="window.hacked=1"><svg onload=hacked=1>\
        </td></table></pre></style><style>body{display:none}</style><a href="javascript:hacked=1">x</a>&lt;b&gt;{{7*7}}
        """

    /// A page on which everything that can come from a server is hostile.
    static var hostileReport: SweepReport {
        let target = Target(kind: .postgresql, name: hostile, address: hostile, labels: ["a": hostile])
        let evidence: [Evidence] = [
            .fact("a", hostile, hostile),
            .table(
                "b", hostile, columns: [.init(hostile), "number"],
                rows: [[.text(hostile), .integer(1)], [.list([hostile]), .none]]),
            .records("c", hostile, columns: [.init(hostile)], rows: [[.text(hostile)]]),
            .remarks("d", hostile, [.trouble(hostile, next: hostile)]),
            Evidence(id: "e", title: hostile, .tree([Branch(hostile, [Branch(hostile)])])),
        ]
        let step = NextStep(hostile, hostile, changesSomething: false)
        let findings = [Verdict.firing, .pending, .unknown, .ok].map { verdict in
            Finding(
                alert: hostile, severity: .p1, category: .database, title: hostile, target: target,
                labels: ["l": hostile],
                verdict: verdict, since: Scenario.now, summary: hostile, value: 1, threshold: 0.5, comparison: .above,
                unit: .count(hostile), evidence: evidence, nextSteps: [step])
        }
        let error = ProbeError(.forbidden, step: hostile, message: hostile, advice: hostile)
        let seen = Observation(
            target: target, started: Scenario.now, duration: .zero, evidence: evidence, problems: [error],
            failure: error)
        var report = SweepReport(
            version: hostile, started: Scenario.now, duration: .seconds(1), observations: [seen], findings: findings,
            notes: [hostile])
        report.isSweep = false
        report.unjudged = [findings[2]]
        report.past = [series(findings[0], [0.2, 0.9, 0.4])]
        return report
    }

    static func series(_ finding: Finding, _ values: [Double]) -> JudgedSeries {
        let points = values.enumerated().map { number, value in
            JudgedSeries.Point(time: Scenario.now - Double(600 * (values.count - number)), value: value)
        }
        let key = JudgedValue.Key(finding) ?? .init(alert: "", target: TargetID(kind: .host, name: ""), source: "")
        return JudgedSeries(key: key, points: points)
    }

    @Test(arguments: [true, false])
    func noTextOfAServerActs(isGuarded: Bool) throws {
        // Escaping must hold by itself: without the policy too.
        var page = Self.hostileReport.html()
        if !isGuarded { page = page.replacing("Content-Security-Policy", with: "x-no-policy") }
        let answer = try Browser().ask(
            page,
            """
            {hacked: page.hacked || window.hacked || 0,
             strange: shown.querySelectorAll("script,img,a[href^='java'],iframe,object,style + style").length,
             handlers: [...shown.querySelectorAll("*")].filter(e => [...e.attributes].some(a => a.name.startsWith("on"))).length,
             told: shown.body.innerText.includes("<script>top.hacked=1"), display: page.getComputedStyle(shown.body).display}
            """)
        let seen = try #require(answer as? [String: Any])
        #expect(seen["hacked"] as? Int == 0)
        #expect(seen["strange"] as? Int == 0)
        #expect(seen["handlers"] as? Int == 0)
        #expect(seen["told"] as? Bool == true)
        #expect(seen["display"] as? String == "block")
    }

    @Test func nothingIsWiderThanThePhone() throws {
        let pages = [Scenario.report, Self.hostileReport, Self.locked].map { $0.html() }
        let widths = [360, 414, 1000]
        let frames = pages.flatMap { page in widths.map { (page: page, width: $0) } }
        let answer = try Browser().ask(
            frames, "pages.map(page => [page.document.documentElement.scrollWidth, page.innerWidth])")
        let measured = try #require(answer as? [[Int]])
        #expect(measured.count == frames.count)
        for (frame, seen) in zip(frames, measured) {
            #expect(seen[1] == frame.width)
            #expect(seen[0] <= seen[1])
        }
    }

    @Test(arguments: [(false, "rgb(255, 255, 255)"), (true, "rgb(13, 17, 23)")])
    func thePolicyLetsItsOwnStyleInAndItFollowsTheReader(isDark: Bool, ground: String) throws {
        let answer = try Browser().ask(
            Self.locked.html(), isDark: isDark,
            """
            {ground: page.getComputedStyle(shown.body).backgroundColor,
             lock: page.getComputedStyle(shown.querySelector("svg .ground")).fill, errors: shown.querySelectorAll("parsererror").length}
            """)
        let seen = try #require(answer as? [String: Any])
        #expect(seen["ground"] as? String == ground)
        #expect(seen["lock"] as? String == ground)
    }

    @Test func theWorstStandsFirstAndEachAlertCanBeReached() throws {
        let answer = try Browser().ask(
            Scenario.report.html(),
            """
            {heads: [...shown.querySelectorAll(".alert h2")].map(e => e.innerText),
             dead: [...shown.querySelectorAll("a")].filter(a => !shown.querySelector(a.getAttribute("href"))).length,
             title: shown.title, tables: shown.querySelectorAll("table").length}
            """)
        let seen = try #require(answer as? [String: Any])
        let heads = try #require(seen["heads"] as? [String])
        #expect(heads.first?.hasPrefix("P1InstanceDown") == true || heads.first?.hasPrefix("P1 InstanceDown") == true)
        #expect(heads.count == 3)
        #expect(seen["dead"] as? Int == 0)
        #expect((seen["title"] as? String)?.hasPrefix("CRITICAL: 3 alerts fire") == true)
    }

    @Test func itNeedsNothingButItself() {
        var report = Scenario.report
        report.lockGraphs = [(Scenario.observations[0].target, Self.chain("SELECT 1"))]
        let page = report.html()
        for word in ["src=", "url(h", "@import", "<link", "<script", "style=\""] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'; style-src 'sha256-"))
        #expect(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
    }

    @Test func aChartShowsTheDayAndItsThreshold() throws {
        let finding = NagiosTests.finding(.ratio, 0.95, .above, 0.9, alert: "RedisMemoryFull", .firing)
        let html = try #require(
            Sparkline(
                Self.series(finding, [0.5, 0.7, 0.85]), now: finding, from: Scenario.now, to: Scenario.now + 1)?.html)
        #expect(html.contains("50.0 % to 95.0 % in 30 min"))
        #expect(html.contains("<path d=\"M0.0 41.0L"))
        #expect(html.contains("<line x1=\"0\""))
    }

    @Test func oneValueIsNoChart() {
        let finding = NagiosTests.finding(.ratio, 0.95, .above, 0.9)
        #expect(Sparkline(nil, now: finding, from: Scenario.now, to: Scenario.now) == nil)
        let old = JudgedSeries(key: Self.series(finding, []).key, points: [])
        #expect(Sparkline(old, now: finding, from: Scenario.now, to: Scenario.now + 1) == nil)
    }

    /// Eight sessions that wait one behind the other, in a picture wider than any phone.
    static var locked: SweepReport {
        var report = Scenario.report
        report.lockGraphs = [(Scenario.observations[0].target, chain(hostile))]
        return report
    }

    private static func chain(_ query: String) -> LockGraph {
        LockGraph(
            (1...8).flatMap { number -> [LockEntry] in
                let held = entry(Int32(number), "t\(number)", query, isGranted: true)
                return number == 1 ? [held] : [held, entry(Int32(number), "t\(number - 1)", query, isGranted: false)]
            })
    }

    private static func entry(_ pid: Int32, _ tag: String, _ query: String, isGranted: Bool) -> LockEntry {
        LockEntry(
            tag: tag, object: .relation(tag), mode: .exclusive, isGranted: isGranted, waited: isGranted ? nil : 5,
            party: LockParty(id: .session(pid: pid), query: query))
    }
}

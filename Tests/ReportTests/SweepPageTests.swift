import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("A sweep for Prometheus")
struct SweepPageTests {
    private let page = Scenario.report.prometheus
    private var lines: [Substring] { page.split(separator: "\n") }

    @Test func eachFamilyHasItsHelpAndTypeOnce() {
        let types = lines.filter { $0.hasPrefix("# TYPE") }
        #expect(Set(types).count == types.count)
        #expect(types.contains("# TYPE diag_alert_state gauge"))
        for line in lines where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            #expect(types.contains { $0.hasPrefix("# TYPE \(name) ") }, "\(name) has no type")
        }
    }

    @Test func noSeriesComesTwice() {
        let series = lines.filter { !$0.hasPrefix("#") }.map {
            $0.prefix(through: $0.lastIndex(of: " ") ?? $0.startIndex)
        }
        #expect(Set(series).count == series.count)
    }

    @Test func samplesCarryTheirTarget() {
        #expect(
            page.contains(
                #"diag_host_filesystem_used_ratio{device="/dev/vda",fstype="ext4",kind="host",mountpoint="/",target="host"} 0.5"#
            ))
    }

    @Test func alertsAndTargetsHaveTheirState() {
        #expect(
            page.contains(
                #"diag_alert_state{alert="CertificateExpiringSoon",kind="tls",priority="P2",severity="high",target="web"} 2"#
            ))
        #expect(
            page.contains(
                #"diag_alert_state{alert="HighCPUUsage",kind="host",priority="P2",severity="high",target="host"} 1"#))
        #expect(page.contains(#"diag_target_up{kind="redis",target="cache",team="core"} 0"#))
        #expect(page.contains(#"diag_sweep_targets{outcome="answered"} 3"#))
        #expect(page.contains(#"diag_sweep_targets{outcome="timed_out"} 1"#))
        #expect(page.contains(#"diag_sweep_targets{outcome="refused"} 0"#))
        #expect(page.contains(#"diag_sweep_findings{priority="P2",verdict="firing"} 1"#))
        #expect(page.contains("diag_sweep_exit_code 2"))
        #expect(page.contains(#"diag_build_info{version="1.2.3"} 1"#))
    }

    @Test func theSweepsOwnMetricsKeepTheRules() {
        for metric in SweepMetrics.all { #expect(metric.flaws == [], "\(metric.name)") }
    }

    /// A refusal is an answer: the server is there.
    @Test func aTargetThatRefusesIsUp() {
        let failure = ProbeError(.server(code: "53300"), step: "log in", message: "too many clients already")
        let observation = Observation(
            target: Target(kind: .postgresql, name: "db", address: "h"), started: Scenario.now, duration: .zero,
            failure: failure)
        let page = report([observation]).prometheus
        #expect(page.contains(#"diag_target_up{kind="postgresql",target="db"} 1"#))
        #expect(page.contains(#"diag_target_rejected{code="53300",kind="postgresql",target="db"} 1"#))
    }

    /// A label of the configuration neither hides a database nor makes two series one.
    @Test func aSamplesOwnLabelsWinOverThoseOfTheConfiguration() {
        let metric = Metric("diag_redis_keys", .gauge, "Keys.")
        let target = Target(
            kind: .redis, name: "cache", address: "h", labels: ["database": "mine", "team": "core"])
        let samples = ["0", "1"].map { Sample(metric, 7, labels: ["database": $0]) }
        let page = report([
            Observation(target: target, started: Scenario.now, duration: .zero, samples: samples)
        ]).prometheus
        #expect(page.contains(#"diag_redis_keys{database="0",kind="redis",target="cache",team="core"} 7"#))
        #expect(page.contains(#"diag_redis_keys{database="1",kind="redis",target="cache",team="core"} 7"#))
    }

    /// What an application counts by endpoint is added up over them, as nobody knows how many there are.
    @Test func unboundedLabelsAreSummedOver() {
        let requests = Metric("diag_x_total", .counter, "Requests.", isExported: false, summedOver: ["endpoint"])
        let quantile = Metric("diag_x_seconds", .gauge, "Slow.", isExported: false, summedOver: ["endpoint"])
        let samples = [
            Sample(requests, 2, labels: ["code": "500", "endpoint": "/a"]),
            Sample(requests, 3, labels: ["code": "500", "endpoint": "/b"]),
            Sample(quantile, 0.5, labels: ["endpoint": "/a"]), Sample(quantile, 0.75, labels: ["endpoint": "/b"]),
        ]
        let target = Target(kind: .http, name: "app", address: "h")
        let page = report([
            Observation(target: target, started: Scenario.now, duration: .zero, samples: samples)
        ]).prometheus
        #expect(page.contains(#"diag_x_total{code="500",kind="http",target="app"} 5"#))
        #expect(page.contains(#"diag_x_seconds{kind="http",target="app"} 0.75"#))
        #expect(!page.contains("endpoint"))
    }

    private func report(_ observations: [Observation]) -> SweepReport {
        SweepReport(
            version: "1.2.3", started: Scenario.now, duration: .zero, observations: observations, findings: [],
            notes: [])
    }
}

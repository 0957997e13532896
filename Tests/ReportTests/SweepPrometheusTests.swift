import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("A sweep for Prometheus")
struct SweepPrometheusTests {
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
            page.contains(#"diag_alert_state{alert="CertificateExpiringSoon",kind="tls",severity="P2",target="web"} 2"#)
        )
        #expect(page.contains(#"diag_alert_state{alert="HighCPUUsage",kind="host",severity="P2",target="host"} 1"#))
        #expect(page.contains(#"diag_target_up{kind="redis",target="cache",team="core"} 0"#))
        #expect(page.contains(#"diag_sweep_targets{outcome="failed"} 1"#))
        #expect(page.contains(#"diag_build_info{version="1.2.3"} 1"#))
    }
}

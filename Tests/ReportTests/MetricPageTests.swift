import Diagnostics
import Playground
import Testing

@testable import Report

@Suite("A page of metrics in both of Prometheus's formats")
struct MetricPageTests {
    private static let page = {
        var page = MetricPage()
        let start = Timestamp(secondsSinceEpoch: 1_767_225_600)
        page.add(Metric("diag_busy_seconds_total", .counter, "Time \\ of\nwork."), 1.5, ["a": "x"], created: start)
        page.add(Metric("diag_a_ratio", .gauge, "A \"share\"."), 0.25, ["a": "say \"\\\"\n", "b": "é"])
        page.add(Metric("diag_constant_info", .gauge, "Constant."), 1, ["version": "1"])
        page.add(Metric("diag_nothing", .gauge, "No number."), .nan)
        page.add(Metric("diag_negative_total", .counter, "Less than nothing."), -1)
        for (bound, count) in [("1", 3.0), ("0.5", 2), ("+Inf", 4)] {
            page.add(Metric("diag_held_seconds_bucket", .counter, "Lengths."), count, ["le": bound])
        }
        page.add(Metric("diag_held_seconds_sum", .counter, "Sum."), 7.5)
        page.add(Metric("diag_held_seconds_count", .counter, "Number."), 5)
        return page
    }()

    @Test func textFormat() {
        #expect(
            Self.page.prometheusText == #"""
                # HELP diag_a_ratio A "share".
                # TYPE diag_a_ratio gauge
                diag_a_ratio{a="say \"\\\"\n",b="é"} 0.25
                # HELP diag_busy_seconds_total Time \\ of\nwork.
                # TYPE diag_busy_seconds_total counter
                diag_busy_seconds_total{a="x"} 1.5
                # HELP diag_constant_info Constant.
                # TYPE diag_constant_info gauge
                diag_constant_info{version="1"} 1
                # HELP diag_held_seconds Lengths.
                # TYPE diag_held_seconds histogram
                diag_held_seconds_bucket{le="0.5"} 2
                diag_held_seconds_bucket{le="1"} 3
                diag_held_seconds_bucket{le="+Inf"} 4
                diag_held_seconds_sum 7.5
                diag_held_seconds_count 4

                """#)
    }

    @Test func openMetrics() {
        #expect(
            Self.page.openMetricsText == #"""
                # HELP diag_a_ratio A \"share\".
                # TYPE diag_a_ratio gauge
                # UNIT diag_a_ratio ratio
                diag_a_ratio{a="say \"\\\"\n",b="é"} 0.25
                # HELP diag_busy_seconds Time \\ of\nwork.
                # TYPE diag_busy_seconds counter
                # UNIT diag_busy_seconds seconds
                diag_busy_seconds_total{a="x"} 1.5
                diag_busy_seconds_created{a="x"} 1767225600
                # HELP diag_constant Constant.
                # TYPE diag_constant info
                diag_constant_info{version="1"} 1
                # HELP diag_held_seconds Lengths.
                # TYPE diag_held_seconds histogram
                # UNIT diag_held_seconds seconds
                diag_held_seconds_bucket{le="0.5"} 2
                diag_held_seconds_bucket{le="1.0"} 3
                diag_held_seconds_bucket{le="+Inf"} 4
                diag_held_seconds_sum 7.5
                diag_held_seconds_count 4
                # EOF

                """#)
    }

    @Test func bothAreAcceptedByTheirReferences() async throws {
        let lint = try await Playground.shared.run(
            "promtool", of: "prometheus", ["check", "metrics"], input: Self.page.prometheusText)
        #expect(lint.status == 0 && lint.output == "", "\(lint.output)")
        let strict = try await Playground.shared.parsedStrictly(Self.page.openMetricsText)
        #expect(strict.status == 0, "\(strict.output)")
    }

    @Test func anEmptyPageIsOne() {
        #expect(MetricPage().prometheusText == "")
        #expect(MetricPage().openMetricsText == "# EOF\n")
    }
}

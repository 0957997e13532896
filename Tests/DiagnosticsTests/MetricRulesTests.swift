import Diagnostics
import Testing

@Suite("Prometheus's rules for metrics")
struct MetricRulesTests {
    @Test(arguments: [
        ("diag_http_health_seconds", Metric.Kind.gauge), ("diag_host_cpu_busy_seconds_total", .counter),
        ("diag_application_request_duration_seconds_bucket", .counter), ("diag_host_load1", .gauge),
        ("orders_waiting", .gauge), ("diag_build_info", .gauge), ("diag_redis_operations_per_second", .gauge),
    ])
    func aGoodNameHasNoFlaw(name: String, kind: Metric.Kind) {
        #expect(Metric(name, kind, "What it is.").flaws == [])
    }

    @Test(arguments: [
        ("diag_things", Metric.Kind.counter), ("diag_things_total", .gauge), ("diag_thing_count", .gauge),
        ("diag_thing_sum", .gauge), ("diag_Things", .gauge), ("diag__things", .gauge), ("diag_things_", .gauge),
        ("1_things", .gauge), ("diag-things", .gauge), ("diag_wait_ms", .gauge), ("diag_wait_milliseconds", .gauge),
        ("diag_size_kb", .gauge), ("diag_used_percent", .gauge), ("diag_seconds_waited", .gauge),
        ("diag_gauge_of_things", .gauge), ("diag_thing_created", .gauge),
    ])
    func aBadNameHasOne(name: String, kind: Metric.Kind) {
        #expect(!Metric(name, kind, "What it is.").flaws.isEmpty)
    }

    @Test func aHelpTextIsNeeded() { #expect(!Metric("diag_things", .gauge, "").flaws.isEmpty) }
}

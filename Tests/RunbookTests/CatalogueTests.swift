import Diagnostics
import Testing

@testable import Runbook

@Suite("The catalogue is the runbook's")
struct CatalogueTests {
    /// Name, severity, comparison, threshold in base units, seconds to hold, seconds kept firing.
    static let runbook: [(String, Severity, Comparison, Double, Int, Int)] = [
        ("InstanceDown", .p1, .below, 1, 0, 0),
        ("HighCPUUsage", .p2, .above, 0.80, 300, 0),
        ("HighMemoryUsage", .p2, .above, 0.85, 300, 0),
        ("DiskSpaceLow", .p2, .above, 0.85, 0, 0),
        ("NetworkLatencyHigh", .p3, .above, 0.1, 0, 0),
        ("PostgreSQLConnectionsExhausted", .p1, .above, 0.90, 0, 0),
        ("PostgreSQLReplicationLag", .p2, .above, 30, 0, 0),
        ("PostgreSQLDeadlocks", .p2, .above, 0, 0, 600),
        ("RedisMemoryFull", .p1, .above, 0.95, 0, 0),
        ("RedisSentinelFailover", .p2, .above, 0, 0, 600),
        ("HighErrorRate", .p1, .above, 0.05, 300, 0),
        ("APILatencyHigh", .p2, .above, 2, 0, 0),
        ("DebateTimeout", .p3, .above, 0, 0, 0),
        ("AgentQuotaExceeded", .p3, .atMost, 0, 0, 0),
        ("AuthFailuresSpike", .p2, .above, 100, 0, 0),
        ("RateLimitTriggered", .p3, .above, 0, 0, 0),
        ("CertificateExpiringSoon", .p2, .below, 1_209_600, 0, 0),
    ]

    @Test(arguments: runbook)
    func numbersAreTheRunbooks(
        name: String, severity: Severity, comparison: Comparison, threshold: Double, hold: Int, keep: Int
    ) throws {
        let alert = try #require(Catalogue.alert(named: name))
        #expect(alert.severity == severity)
        #expect(alert.comparison == comparison)
        #expect(alert.threshold == threshold)
        #expect(alert.holdFor == .seconds(hold))
        #expect(alert.keepFiringFor == .seconds(keep))
    }

    @Test func theSeventeenAreAllThereIs() {
        #expect(Catalogue.alerts.map(\.name) == Self.runbook.map(\.0))
    }

    @Test(arguments: Catalogue.all)
    func eachSaysWhatItMeansAndWhatToDo(alert: Alert) {
        #expect(!alert.title.isEmpty && !alert.meaning.isEmpty && !alert.evidence.isEmpty)
        #expect(alert.nextSteps.first?.command?.hasPrefix("diag ") == true, "looking with diag comes first")
        let firstAction = alert.nextSteps.firstIndex(where: \.changesSomething)
        #expect(firstAction != nil && alert.nextSteps.prefix(firstAction ?? 0).allSatisfy { !$0.changesSomething })
    }

    @Test func responseTimesAreTheRunbooks() {
        #expect(Severity.allCases.map { $0.responseTime.seconds / 60 } == [15, 30, 120, 1440])
    }

    @Test func sourcesOfAnAlertAreToldApart() {
        for alert in Catalogue.all {
            let keys = alert.conditions.map { "\($0.kind) \($0.source)" }
            #expect(Set(keys).count == keys.count, "\(alert.name) would mix up two conditions' states")
        }
    }

    @Test func historyKeepsWhatConditionsLookBackAt() {
        #expect(Catalogue.alerts.lookback["diag_application_requests_total"] == .seconds(360))
        #expect(Catalogue.alerts.lookback["diag_postgresql_deadlocks_total"] == .zero)
        #expect(Catalogue.alerts.lookback["diag_redis_sentinel_master_info"] == .zero)
        #expect(Catalogue.alerts.lookback["diag_host_memory_used_ratio"] == nil)
    }

    @Test(arguments: [
        ("DiskSpaceLow", "diag_host_filesystem_used_ratio > 0.85"),
        (
            "PostgreSQLConnectionsExhausted",
            "(diag_postgresql_connections_used_ratio or on (kind, target) max without (code) "
                + #"(diag_target_rejected{kind="postgresql",code="53300"})) > 0.9"#
        ),
        ("InstanceDown", #"(diag_http_health_up or on (kind, target) (diag_target_up{kind="http"} == 0)) < 1"#),
        ("PostgreSQLDeadlocks", "increase(diag_postgresql_deadlocks_total[5m]) > 0"),
        (
            "HighErrorRate",
            #"(sum by (kind, target) (increase(diag_application_requests_total{code=~"5.."}[5m])) / "#
                + "sum by (kind, target) (increase(diag_application_requests_total[5m]))) > 0.05"
        ),
        (
            "APILatencyHigh",
            "(histogram_quantile(0.95, sum by (kind, target, le) (increase(diag_application_request_duration_seconds_bucket[5m])))"
                + " or on (kind, target) max by (kind, target) "
                + #"(diag_application_request_duration_quantile_seconds{q="0.95"})) > 2"#
        ),
        (
            "CertificateExpiringSoon",
            "(diag_tls_certificate_expiry_seconds - time() unless diag_tls_certificate_lifetime_seconds < 7689600) < 1209600"
        ),
        (
            "RedisSentinelFailover",
            "(count without (address, config_epoch) (group without (run_id) "
                + "(last_over_time(diag_redis_sentinel_master_info[10m]))) - 1 > 0 or count without (run_id) "
                + "(group without (address, config_epoch) (last_over_time(diag_redis_sentinel_master_info{run_id!=\"\"}[10m])))"
                + " - 1) > 0"
        ),
    ])
    func conditionsPrintThemselvesForPrometheus(name: String, expected: String) throws {
        #expect(try #require(Catalogue.alert(named: name)).conditions[0].promQL == expected)
    }
}

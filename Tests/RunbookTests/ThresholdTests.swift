import Diagnostics
import Testing

@testable import Runbook

@Suite("Both sides of every threshold")
struct ThresholdTests {
    /// Alert, kind, metric, labels, the last good value and the first bad one.
    static let gauges: [(String, Target.Kind, String, Labels, Double, Double)] = [
        ("InstanceDown", .http, "diag_http_health_up", [:], 1, 0),
        ("HighMemoryUsage", .host, "diag_host_memory_used_ratio", [:], 0.85, 0.8501),
        ("HighCPUUsage", .host, "diag_host_cpu_busy_ratio", [:], 0.80, 0.8001),
        ("DiskSpaceLow", .host, "diag_host_filesystem_used_ratio", ["mountpoint": "/"], 0.85, 0.8501),
        ("NetworkLatencyHigh", .postgresql, "diag_tcp_connect_seconds", [:], 0.1, 0.1001),
        ("NetworkLatencyHigh", .redis, "diag_tcp_connect_seconds", [:], 0.1, 0.1001),
        ("PostgreSQLConnectionsExhausted", .postgresql, "diag_postgresql_connections_used_ratio", [:], 0.9, 0.9001),
        ("PostgreSQLConnectionsExhausted", .pgbouncer, "diag_pgbouncer_clients_used_ratio", [:], 0.9, 0.9001),
        ("PostgreSQLReplicationLag", .postgresql, "diag_postgresql_replication_lag_seconds", [:], 30, 30.001),
        ("RedisMemoryFull", .redis, "diag_redis_memory_used_ratio", [:], 0.95, 0.9501),
        ("DebateTimeout", .http, "diag_application_slow_debates", [:], 0, 1),
        ("AgentQuotaExceeded", .http, "diag_application_quota_remaining", ["provider": "a"], 1, 0),
        ("AuthFailuresSpike", .log, "diag_log_auth_failures", [:], 100, 101),
        ("RateLimitTriggered", .log, "diag_log_rate_limit_hits", [:], 0, 1),
        (
            "CertificateExpiringSoon", .tls, "diag_tls_certificate_expiry_seconds", [:],
            at(14 * 86400).secondsSinceEpoch, at(14 * 86400 - 1).secondsSinceEpoch
        ),
    ]

    @Test(arguments: gauges)
    func theThresholdItselfIsGood(
        name: String, kind: Target.Kind, metric: String, labels: Labels, good: Double, bad: Double
    ) throws {
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        let fine = watch.sweep(seen(target(kind), at(0), [sample(metric, good, labels)]))
        #expect(
            fine.filter { $0.source != "refused calls" && $0.source != "ended debates" }.verdicts(name).contains(.ok))
        #expect(!fine.verdicts(name).contains(.firing))
        let firing = watch.sweep(seen(target(kind), at(0), [sample(metric, bad, labels)]))
        let finding = try #require(firing.first)
        #expect(finding.verdict == .firing)
        #expect(finding.target == target(kind))
    }

    @Test(arguments: gauges)
    func whatWasNotMeasuredIsNeverOk(
        name: String, kind: Target.Kind, metric: String, labels: Labels, good: Double, bad: Double
    ) {
        var watch = Watch(only: [name])
        let broken = failed(target(kind), at(0), .local, "no descriptors left")
        let findings = watch.sweep(broken).of(name)
        #expect(findings.allSatisfy { $0.verdict == .unknown && $0.summary == "connect: no descriptors left" })
        #expect(!findings.isEmpty)
    }

    @Test func whatTheApplicationDoesNotServeIsUnknownByItsName() throws {
        var watch = Watch(only: ["HighErrorRate"])
        let gap = Gap(Metric("diag_application_requests_total", .counter, ""), "no http_requests_total at /metrics")
        let finding = try #require(watch.sweep(seen(target(.http), at(0), gaps: [gap])).first)
        #expect(finding.verdict == .unknown)
        #expect(finding.summary == "no http_requests_total at /metrics")
    }

    @Test(arguments: [
        (0.931, "memory 93.1 % > 85 %"), (0.85004, "memory 85.004 % > 85 %"), (0.43, "memory 43.0 % ≤ 85 %"),
    ])
    func theValueStandsBesideTheThreshold(value: Double, summary: String) throws {
        var watch = Watch(["HighMemoryUsage": AlertOverride(holdFor: .zero)], only: ["HighMemoryUsage"])
        let finding = try #require(
            watch.sweep(seen(target(.host), at(0), [sample("diag_host_memory_used_ratio", value)])).first)
        #expect(finding.summary == summary)
        #expect(finding.value == value)
        #expect(finding.threshold == 0.85)
    }

    @Test(arguments: [
        (9.0, "expires in 9.0 days < 14 days"), (-3.0, "expired 3.0 days ago"),
        (400, "expires in 400.0 days ≥ 14 days"),
    ])
    func certificatesAreToldInDays(days: Double, summary: String) throws {
        var watch = Watch(only: ["CertificateExpiringSoon"])
        let expiry = sample("diag_tls_certificate_expiry_seconds", at(days * 86400).secondsSinceEpoch)
        #expect(watch.sweep(seen(target(.tls), at(0), [expiry])).first?.summary == summary)
    }

    @Test func oneFullDiskDoesNotHideBehindOthers() {
        var watch = Watch(only: ["DiskSpaceLow"])
        func disk(_ path: String, _ used: Double) -> Sample {
            sample("diag_host_filesystem_used_ratio", used, ["mountpoint": path])
        }
        let findings = watch.sweep(
            seen(target(.host), at(0), [disk("/", 0.4), disk("/data", 0.97), disk("/boot", 0.6)]))
        #expect(findings.map(\.verdict) == [.firing, .ok])
        #expect(
            findings.map(\.summary) == [
                "/data space used 97.0 % > 85 %", "/boot space used 60.0 % ≤ 85 %, worst of the other 2",
            ])
    }

    @Test func notANumberIsUnknown() {
        var watch = Watch(only: ["RedisMemoryFull"])
        for value in [Double.nan] {
            let findings = watch.sweep(seen(target(.redis), at(0), [sample("diag_redis_memory_used_ratio", value)]))
            #expect(findings.verdicts("RedisMemoryFull") == [.unknown])
        }
    }
}

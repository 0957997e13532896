import Testing

@Suite("What an alert means")
struct ExplainTests {
    static let alerts = [
        "InstanceDown", "HighErrorRate", "PostgreSQLConnectionsExhausted", "RedisMemoryFull", "HighCPUUsage",
        "HighMemoryUsage", "DiskSpaceLow", "APILatencyHigh", "PostgreSQLReplicationLag", "PostgreSQLDeadlocks",
        "RedisSentinelFailover", "CertificateExpiringSoon", "AuthFailuresSpike", "NetworkLatencyHigh", "DebateTimeout",
        "AgentQuotaExceeded", "RateLimitTriggered",
    ]

    @Test(arguments: alerts)
    func isToldWithItsSeverityItsJudgementAndWhatToDo(alert: String) async throws {
        let outcome = try await Diag.run("explain", alert)
        #expect(outcome.status == 0)
        #expect(outcome.lines.first?.hasPrefix(alert) == true)
        #expect(outcome.output.contains(/\nP[1-4] .*respond within/))
        for heading in ["How it is judged", "What to look at", "What to do"] {
            #expect(outcome.output.contains("\n\(heading)\n"))
        }
    }

    @Test func allOfThemAreListed() async throws {
        let outcome = try await Diag.run("explain")
        for alert in Self.alerts { #expect(outcome.lines.filter { $0.contains(" \(alert) ") }.count == 1, "\(alert)") }
        // Those that are off until they are named come after them.
        #expect(outcome.lines.dropFirst(Self.alerts.count).contains { $0.contains("PostgreSQLLongTransaction") })
    }

    @Test func lettersMayBeCasedInAnyWay() async throws {
        #expect(try await Diag.run("explain", "redismemoryfull").output.hasPrefix("RedisMemoryFull"))
    }

    @Test func theConfigurationsOwnThresholdIsToldForAnAlertHoweverItIsCased() async throws {
        let home = Home()
        try home.configure("alerts:\n  redismemoryfull:\n    threshold: 77%\n    for: 3m\n")
        let outcome = try await Diag.run("explain", "RedisMemoryFull", in: home)
        #expect(outcome.output.contains("77 %"))
        #expect(outcome.output.contains("3 min"))
    }
}

import Diagnostics
import Playground
import Runbook
import Testing

@testable import Sweep

/// With the runbook's own times: real sweeps, between which time is made to pass.
extension FaultTests {
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [(Fault.cpu, "HighCPUUsage"), (.memory, "HighMemoryUsage"), (.errorRate, "HighErrorRate")])
    func whatMustHoldForFiveMinutesIsPendingUntilThen(fault: Fault, alert: String) async throws {
        let stage = try await Stage(Self.playground)
        _ = try await stage.sweep()
        try await Self.playground.bring(fault)
        let first = try await stage.sweep { $0.finding(alert)?.verdict == .pending }
        #expect(first.finding(alert)?.verdict == .pending, "\(first.finding(alert)?.summary ?? "")")
        #expect(first.finding(alert)?.summary.contains("must hold 5 min") == true)
        #expect(ExitStatus(first.findings) == .warning)
        try await stage.letPass(.seconds(120))
        try await Self.letProcessorsCount()
        #expect(try await stage.sweep().finding(alert)?.verdict == .pending)
        try await stage.letPass(.seconds(180))
        try await Self.letProcessorsCount()
        let third = try await stage.sweep().finding(alert)
        #expect(third?.verdict == .firing, "\(third?.summary ?? "")")
        try await Self.playground.mend(fault)
        _ = try await stage.sweep()
        try await stage.letPass(.seconds(600))
        let after = try await stage.sweep()
        #expect(after.finding(alert)?.verdict == .ok)
        #expect(after.troubles == [])
    }

    /// A condition that was gone in between begins anew.
    @Test(.timeLimit(.minutes(2))) func aMomentOfCalmBeginsTheFiveMinutesAnew() async throws {
        let stage = try await Stage(Self.playground)
        for round in 0..<2 {
            try await Self.playground.bring(.memory)
            #expect(try await stage.sweep().finding("HighMemoryUsage")?.verdict == .pending, "\(round)")
            try await stage.letPass(.seconds(200))
            #expect(try await stage.sweep().finding("HighMemoryUsage")?.verdict == .pending, "\(round)")
            try await Self.playground.mend(.memory)
            #expect(try await stage.sweep().finding("HighMemoryUsage")?.verdict == .ok, "\(round)")
            try await stage.letPass(.seconds(200))
        }
    }

    @Test(.timeLimit(.minutes(2))) func aDeadlockStaysToBeSeenForTenMinutes() async throws {
        let stage = try await Stage(Self.playground)
        _ = try await stage.sweep()
        try await Self.playground.bring(.deadlock)
        let first = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(first?.verdict == .firing)
        #expect(first?.value == 1)
        try await stage.letPass(.seconds(540))
        let kept = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(kept?.verdict == .firing)
        #expect(kept?.summary.contains("kept until") == true, "\(kept?.summary ?? "")")
        try await stage.letPass(.seconds(120))
        let after = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(after?.verdict == .ok)
        #expect(after?.resolved != nil)
    }

    @Test(.timeLimit(.minutes(3))) func aChangeOfMasterStaysToBeSeenForTenMinutes() async throws {
        let stage = try await Stage(Self.playground)
        let baseline = try await stage.sweep()
        #expect(baseline.findings("RedisSentinelFailover", by: "").allSatisfy { $0.verdict == .ok })
        #expect(baseline.finding("RedisSentinelFailover", by: "")?.summary.contains("first sight") == true)
        let old = try #require(baseline.finding("RedisSentinelFailover", by: "")?.summary.split(separator: " ").last)
        try await Self.playground.bring(.failover)
        let first = try await stage.sweep()
        #expect(first.findings("RedisSentinelFailover", by: "").map(\.verdict) == [.firing, .firing, .firing])
        #expect(first.finding("RedisSentinelFailover", by: "")?.summary.contains("\(old) → ") == true)
        try await stage.letPass(.seconds(500))
        let kept = try await stage.sweep().findings("RedisSentinelFailover", by: "")
        #expect(kept.map(\.verdict) == [.firing, .firing, .firing])
        #expect(kept.first?.summary.contains("\(old) → ") == true)
        try await stage.letPass(.seconds(120))
        let after = try await stage.sweep().findings("RedisSentinelFailover", by: "")
        #expect(after.map(\.verdict) == [.ok, .ok, .ok])
        try await Self.playground.mend(.failover)
    }

    /// The clock of the last replayed transaction goes on, though there is nothing to replay.
    @Test(.timeLimit(.minutes(1))) func theStandbyOfAnIdlePrimaryDoesNotLag() async throws {
        let stage = try await Stage(
            Self.playground, .atOnce.with("PostgreSQLReplicationLag", threshold: 1))
        try await Task.sleep(for: .seconds(3))
        let outcome = try await stage.sweep()
        let findings = outcome.findings("PostgreSQLReplicationLag")
        #expect(findings.map(\.verdict) == findings.map { _ in .ok })
        #expect(outcome.observation("standby")?.value("diag_postgresql_replication_lag_seconds").map { $0 < 1 } == true)
    }

    @Test(.timeLimit(.minutes(2))) func allSeventeenFireAtOnce() async throws {
        let stage = try await Stage(
            Self.playground, .atOnce.with("PostgreSQLReplicationLag", threshold: 1))
        _ = try await stage.sweep()
        let faults: [Fault] = [
            .deadlock, .stopReplay, .crowdConnections, .fillRedis, .failover, .certificate, .instanceDown, .errorRate,
            .slowResponses, .debateTimeout, .quotaExceeded, .authFailures, .rateLimit, .networkLatency, .cpu, .memory,
            .disk,
        ]
        #expect(Set(faults.map(\.alert)) == Set(Catalogue.alerts.map(\.name)))
        for fault in faults { try await Self.playground.bring(fault) }
        let during = try await stage.sweep()
        // The processors were calm for most of the time since the first sweep.
        try await Self.letProcessorsCount()
        let again = try await stage.sweep()
        let firing = Set((during.findings + again.findings).filter { $0.verdict == .firing }.map(\.alert))
        #expect(Set(Catalogue.alerts.map(\.name)).subtracting(firing) == [])
        #expect(during.findings.first?.severity == .p1)
        #expect(during.unknowns == [])
        for fault in faults.reversed() { try await Self.playground.mend(fault) }
        _ = try await stage.sweep()
        try await stage.letPass(.seconds(600))
        let after = try await stage.sweep()
        #expect(after.troubles == [])
        #expect(after.unknowns == [])
    }

    /// The recorded host's counters go on every tenth of a second; without any there is no share to be had.
    private static func letProcessorsCount() async throws { try await Task.sleep(for: .milliseconds(500)) }
}

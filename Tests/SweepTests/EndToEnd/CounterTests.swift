import Diagnostics
import Network
import Playground
import Runbook
import Testing

@testable import Sweep

/// Counters of servers that begin anew.
extension FaultTests {
    /// Two deadlocks before, one after the statistics were reset: the difference is negative, the truth is one.
    @Test(.timeLimit(.minutes(1))) func resetStatisticsAreNoNegativeDeadlocks() async throws {
        let stage = try await Stage(Self.playground, .atOnce)
        try await Self.playground.bring(.deadlock)
        try await Self.playground.bring(.deadlock)
        _ = try await stage.sweep()
        try await resetStatistics()
        let calm = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(calm?.verdict == .ok, "\(calm?.summary ?? "")")
        #expect(calm?.value == 0)
        try await Self.playground.bring(.deadlock)
        let finding = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(finding?.verdict == .firing)
        #expect(finding?.value == 1)
    }

    /// The first sweep ever cannot tell old deadlocks from new ones.
    @Test(.timeLimit(.minutes(1))) func oldDeadlocksAreNoNewsToAFirstSweep() async throws {
        let stage = try await Stage(Self.playground)
        try await Self.playground.bring(.deadlock)
        let first = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(first?.verdict == .unknown)
        #expect(first?.summary.contains("needs a second sweep") == true)
        let second = try await stage.sweep().finding("PostgreSQLDeadlocks", at: "primary")
        #expect(second?.verdict == .ok)
    }

    /// Without a history nothing that needs one is ever ok.
    @Test(.timeLimit(.minutes(1))) func withoutAHistoryRatesAreUnknown() async throws {
        var stage = try await Stage(Self.playground)
        stage.configuration.history = .none
        for _ in 0..<2 {
            let outcome = try await stage.sweep()
            for alert in [
                "PostgreSQLDeadlocks", "RedisSentinelFailover", "HighErrorRate", "APILatencyHigh", "DebateTimeout",
                "AgentQuotaExceeded",
            ] {
                let worst = outcome.findings(alert).first { $0.verdict == .unknown }
                #expect(worst?.summary.contains("needs a second sweep") == true, "\(alert): \(outcome.findings(alert))")
            }
            #expect(outcome.troubles == [])
            #expect(ExitStatus(outcome.findings) == .unknown)
        }
    }

    private func resetStatistics() async throws {
        let servers = try await Self.playground.postgresql()
        let answer = try await Self.threads.run("reset statistics", until: .after(.seconds(20))) {
            Result { () throws in
                let session = try servers.session(on: servers.primary, as: servers.superuser)
                defer { session.close() }
                try session.run("SELECT pg_stat_reset()")
            }
        }
        try answer.get()
    }

    private static let threads = BlockingThreads(name: "sessions", limit: 1)
}

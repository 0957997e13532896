import Diagnostics
import Playground
import PostgreSQL
import Runbook
import Testing

@testable import Sweep

@Suite("Optional conditions in a sweep", .serialized)
struct OptionalSweepTests {
    private static let playground = Playground.shared

    @Test(.timeLimit(.minutes(2))) func fireWithWhatAPersonNeeds() async throws {
        let servers = try await Self.playground.postgresql()
        let stage = try await Stage(
            Self.playground,
            [
                "PostgreSQLLongTransaction": AlertOverride(threshold: 0.1),
                "PostgreSQLTransactionIDWraparound": AlertOverride(threshold: 0),
                "PostgreSQLPreparedTransaction": AlertOverride(), "PostgreSQLChecksumFailures": AlertOverride(),
            ])
        let session = try servers.session(on: servers.primary, as: servers.application, name: "forgetful")
        try session.run("BEGIN; SELECT 1")
        defer { session.close() }
        let outcome = try await stage.sweep {
            $0.finding("PostgreSQLLongTransaction", at: "primary")?.verdict == .firing
        }
        let long = try #require(outcome.finding("PostgreSQLLongTransaction", at: "primary"))
        #expect(long.verdict == .firing)
        #expect(long.evidence.contains { $0.words.contains("forgetful") })
        #expect(long.nextSteps.first?.command == "diag pg activity primary")
        let used = try #require(outcome.finding("PostgreSQLTransactionIDWraparound", at: "primary", by: "xid"))
        #expect(used.verdict == .firing)
        #expect(used.evidence.contains { $0.id == "postgresql.wraparound" })
        #expect(outcome.finding("PostgreSQLPreparedTransaction", at: "primary")?.verdict == .ok)
        #expect(outcome.findings("PostgreSQLSlotRetention").isEmpty, "nobody asked for it")
        let report = outcome.observation("primary")
        #expect(report?.value("diag_postgresql_checkpoints_total") == nil, "nobody asked for it")
    }

    @Test func areLookedAtWhenTheCommandLineNamesThem() async throws {
        let stage = try await Stage(Self.playground)
        let outcome = try await stage.sweep(only: ["PostgreSQLCheckpointPressure"])
        #expect(Set(outcome.findings.map(\.alert)) == ["PostgreSQLCheckpointPressure"])
        #expect(outcome.finding("PostgreSQLCheckpointPressure", at: "primary")?.summary == "needs a second sweep")
        let second = try await stage.sweep(only: ["PostgreSQLCheckpointPressure"])
        #expect(second.finding("PostgreSQLCheckpointPressure", at: "primary")?.verdict != .unknown)
    }
}

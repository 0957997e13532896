import Diagnostics
import Playground
import Runbook
import Testing

@testable import Sweep

/// All that breaks something does so here, one after another, on one set of servers.
@Suite("A service that is well, and each of the seventeen alerts brought about", .serialized)
struct FaultTests {
    static let playground = Playground()

    @Test(.timeLimit(.minutes(3))) func aHealthyServiceIsTakenForOne() async throws {
        let stage = try await Stage(Self.playground)
        let first = try await stage.sweep()
        #expect(first.notes == [])
        #expect(first.observations.count == 13)
        for observation in first.observations {
            #expect(observation.failure == nil, "\(observation.target.name)")
            #expect(observation.problems == [], "\(observation.target.name)")
        }
        #expect(first.troubles == [])
        let second = try await stage.sweep()
        #expect(second.troubles == [])
        #expect(second.unknowns == [])
        #expect(Set(second.findings.map(\.alert)) == Set(Catalogue.alerts.map(\.name)))
        #expect(second.findings.filter { $0.verdict == .notApplicable }.map(\.alert) == [])
        #expect(ExitStatus(second.findings) == .ok)
    }

    @Test(.timeLimit(.minutes(2)), arguments: Expectation.all)
    func firesAndEnds(expected: Expectation) async throws {
        let stage = try await Stage(
            Self.playground, .atOnce.with("PostgreSQLReplicationLag", threshold: 1))
        _ = try await stage.sweep()
        let before = try await stage.sweep()
        #expect(before.troubles == [])
        try await Self.playground.bring(expected.fault)
        let during = try await stage.sweep { outcome in
            expected.targets.allSatisfy {
                outcome.finding(expected.alert, at: $0, by: expected.source)?.verdict == .firing
            }
        }
        for target in expected.targets { check(during, expected, at: target) }
        #expect(
            Set(during.findings.filter { $0.verdict == .firing }.map(\.alert))
                .subtracting(expected.company) == [expected.alert])
        #expect(ExitStatus(during.findings) == (during.findings[0].severity <= .p2 ? .critical : .warning))
        try await Self.playground.mend(expected.fault)
        try await checkMended(stage, expected)
    }

    private func check(_ outcome: SweepRun.Outcome, _ expected: Expectation, at target: String) {
        guard let finding = outcome.finding(expected.alert, at: target, by: expected.source) else {
            Issue.record("nothing is said of \(expected.alert) at \(target)")
            return
        }
        #expect(finding.verdict == .firing, "\(finding.summary)")
        #expect(finding.value.map { expected.value.contains($0) } == true, "\(finding.value ?? .nan)")
        #expect(finding.threshold != nil)
        #expect(finding.since != nil && finding.began != nil)
        #expect(!finding.nextSteps.isEmpty)
        for word in expected.words { #expect(finding.summary.contains(word)) }
        for (id, word) in expected.evidence {
            let found = finding.evidence.first { $0.id == id }
            #expect(found != nil, "\(id) is not among \(finding.evidence.map(\.id))")
            #expect(found.map { word.isEmpty || $0.words.contains(word) } == true, "\(found?.words ?? "")")
        }
    }

    /// What counts over five minutes goes on for as long; so ten are let pass.
    private func checkMended(_ stage: Stage, _ expected: Expectation) async throws {
        let mended = try await stage.sweep()
        if expected.mendingFires {
            #expect(mended.finding(expected.alert)?.verdict == .firing)
        }
        try await stage.letPass(.seconds(600))
        let after = try await stage.sweep()
        for target in expected.targets {
            let findings = after.findings(expected.alert, at: target, by: expected.source)
            #expect(findings.allSatisfy { $0.verdict == .ok }, "\(findings.map(\.summary))")
            #expect(findings.contains { $0.resolved != nil })
        }
        #expect(after.troubles == [])
    }
}

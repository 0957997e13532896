import Diagnostics
import HTTP
import Host
import Playground
import Runbook
import Testing

@testable import Sweep

/// Sweeps at chosen times: what a probe saw is dated as cron would have had it, and judged with a real history.
private final class Cron {
    private let folder = TemporaryFolder()
    private let judgement = Judgement()
    private(set) var now = Timestamp(secondsSinceEpoch: 1_800_000_000)

    func advance(_ seconds: Double) { now = now + seconds }

    /// Each sweep opens the file anew, as each run of `diag` does.
    func sweep(_ seen: Observation) async throws -> [Finding] {
        let dated = Observation(
            target: seen.target, started: now, duration: .zero, samples: seen.samples, evidence: seen.evidence,
            gaps: seen.gaps, problems: seen.problems, failure: seen.failure)
        let history = try await History.open(at: folder.path("diag.sqlite")).history
        let (judgement, now) = (judgement, now)
        return try await history.judging([dated], lookback: Catalogue.alerts.lookback, now: now) {
            let result = judgement.judge([dated], history: $0, states: $1, now: now)
            return (result.findings, result.states)
        }
    }
}

@Suite("Sweeps by cron, with the runbook's own times")
struct CronTests {
    /// Minutes of calm, then of strain: what cron sees at each run. Five minutes have to pass, whatever the interval.
    @Test(arguments: [
        (RecordedHost.Strain.processor, "HighCPUUsage", 60.0, "oooppppFF"),
        (.processor, "HighCPUUsage", 150, "ooopFFFF"),
        (.processor, "HighCPUUsage", 300, "oooFFF"),
        (.processor, "HighCPUUsage", 3600, "oooFF"),
        (.memory, "HighMemoryUsage", 60, "ooopppppFF"),
        (.memory, "HighMemoryUsage", 300, "ooopFF"),
        (.memory, "HighMemoryUsage", 3600, "ooopFF"),
        (.disk, "DiskSpaceLow", 60, "oooFF"),
    ])
    func fiveMinutesAreFiveMinutes(
        strain: RecordedHost.Strain, alert: String, interval: Double, expected: String
    ) async throws {
        let folder = TemporaryFolder()
        let host = try RecordedHost(root: folder.root)
        let cron = Cron()
        var seen = ""
        for run in 0..<expected.count {
            if run == 3 { try host.set(strain, true) }
            try host.advance(by: .seconds(interval))
            cron.advance(interval)
            let findings = try await cron.sweep(await look(at: host))
            seen += letter(findings.first { $0.alert == alert }, isFirst: run == 0)
        }
        #expect(seen == expected)
    }

    /// After the strain: firing until it is seen to be over, then resolved.
    @Test func strainThatEndsResolves() async throws {
        let folder = TemporaryFolder()
        let host = try RecordedHost(root: folder.root)
        let cron = Cron()
        var seen = ""
        for run in 0..<14 {
            try host.set(.processor, (2..<9).contains(run))
            try host.advance(by: .seconds(60))
            cron.advance(60)
            let findings = try await cron.sweep(await look(at: host))
            seen += letter(findings.first { $0.alert == "HighCPUUsage" }, isFirst: run == 0)
        }
        #expect(seen == "ooppppFFFrrrrr")
    }

    /// A fifth of the requests fail from the fifth minute to the fifteenth. The rate is over five minutes, so it needs
    /// two to be above 5 %, then holds five, and is above until the errors have left the five minutes.
    @Test func anErrorRateOverFiveMinutesHoldsForFive() async throws {
        let playground = Playground()
        let application = try await playground.application()
        try application.change { $0.requestsPerSecond = 0 }
        let settings = HTTPSettings(baseURL: application.url, authorization: .bearer(application.token))
        let probe = HTTPProbe(target: Target(kind: .http, name: "app", address: application.url), settings: settings)
        let cron = Cron()
        var seen = ""
        for minute in 0..<24 {
            try application.change { $0.errorRatio = (5..<15).contains(minute) ? 0.2 : 0 }
            application.serve(3000)
            cron.advance(60)
            let findings = try await cron.sweep(await probe.observe(until: .after(.seconds(20))))
            seen += letter(findings.first { $0.alert == "HighErrorRate" }, isFirst: minute == 0)
        }
        #expect(seen == "oooooopppppFFFFFFFrrrrrr", "\(seen)")
        await playground.stop()
    }

    /// Cron that stands still for two hours bridges nothing.
    @Test func aLongPauseIsNoProof() async throws {
        let folder = TemporaryFolder()
        let host = try RecordedHost(root: folder.root)
        try host.set(.memory, true)
        let cron = Cron()
        var verdicts: [Verdict?] = []
        for pause in [0.0, 7200, 7200, 300] {
            cron.advance(pause)
            let findings = try await cron.sweep(await look(at: host))
            verdicts.append(findings.first { $0.alert == "HighMemoryUsage" }?.verdict)
        }
        #expect(verdicts == [.pending, .pending, .pending, .firing])
    }

    /// A clock that was set back an hour: nothing fires for it, nothing that fires is lost.
    @Test func aClockSetBackMakesNoAlarm() async throws {
        let playground = Playground()
        let application = try await playground.application()
        let settings = HTTPSettings(baseURL: application.url, authorization: .bearer(application.token))
        let probe = HTTPProbe(target: Target(kind: .http, name: "app", address: application.url), settings: settings)
        let cron = Cron()
        var troubles: [String] = []
        for step in [60.0, 60, -3600, 60, 60] {
            cron.advance(step)
            let findings = try await cron.sweep(await probe.observe(until: .after(.seconds(20))))
            troubles += findings.filter { [.firing, .pending].contains($0.verdict) }.map(\.summary)
        }
        #expect(troubles == [])
        await playground.stop()
    }

    /// What a sweep sees of it: each has a probe of its own.
    private func look(at host: RecordedHost) async -> Observation {
        var settings = HostSettings()
        settings.root = host.root
        let target = Target(kind: .host, name: "host", address: "this host")
        return await HostProbe(target: target, settings: settings).observe(until: .after(.seconds(20)))
    }

    /// ok, resolved lately, pending, Firing, unknown.
    private func letter(_ finding: Finding?, isFirst: Bool) -> String {
        switch finding?.verdict {
        case .ok: finding?.resolved == nil ? "o" : "r"
        case .pending: "p"
        case .firing: "F"
        // It takes two sweeps to tell.
        case .unknown: isFirst ? "o" : "?"
        default: "-"
        }
    }
}

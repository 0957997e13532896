import Diagnostics
import HTTP
import Logs
import Playground
import Runbook
import Testing

@testable import Sweep

/// An application, and nothing else, each time another one: it runs in this process and costs little.
private struct Service {
    let playground = Playground()
    let application: Application
    let stage: Stage

    init(_ overrides: [String: AlertOverride] = .atOnce, withToken: Bool = true) async throws {
        application = try await playground.application()
        var settings = HTTPSettings(baseURL: application.url)
        if withToken { settings.authorization = .bearer(application.token) }
        stage = try Stage([ConfiguredTarget(name: "app", settings: .http(settings))], overrides)
    }
}

@Suite("What looks like trouble with an application and is none, and the other way round")
struct ApplicationTrapTests {
    @Test func aRestartBetweenSweepsIsNoTraffic() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        service.application.restart()
        service.application.serve(1000)
        let outcome = try await service.stage.sweep()
        #expect(outcome.troubles == [])
        #expect(outcome.unknowns == [])
        #expect(outcome.finding("HighErrorRate")?.value == 0)
    }

    /// Fifteen hits before, twenty since the start: a difference of five would be wrong.
    @Test func whatARestartedApplicationHasCountedCountsWhole() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        try await Task.sleep(for: .seconds(3))
        service.application.restart()
        service.application.limit(20)
        let outcome = try await service.stage.sweep()
        let finding = outcome.finding("RateLimitTriggered")
        #expect(finding?.verdict == .firing)
        #expect(finding?.value == 20)
    }

    @Test func errorsAfterARestartAreAShareOfWhatCameAfterIt() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        try service.application.change { $0.errorRatio = 0.5 }
        service.application.restart()
        service.application.serve(1000)
        let finding = try await service.stage.sweep().finding("HighErrorRate")
        #expect(finding?.verdict == .firing)
        #expect(finding?.value.map { (0.49...0.51).contains($0) } == true, "\(finding?.summary ?? "")")
    }

    @Test func withoutTrafficThereIsNoErrorRate() async throws {
        let service = try await Service()
        try service.application.change { $0.requestsPerSecond = 0 }
        _ = try await service.stage.sweep()
        let outcome = try await service.stage.sweep()
        for alert in ["HighErrorRate", "APILatencyHigh"] {
            #expect(outcome.finding(alert)?.verdict == .ok)
            #expect(outcome.finding(alert)?.value == nil)
            #expect(outcome.finding(alert)?.summary.contains("no requests") == true)
        }
    }

    @Test func fewRequestsAreNotJudgedWhereAMinimumIsSet() async throws {
        var overrides = [String: AlertOverride].atOnce
        overrides["HighErrorRate"]?.minimumRequests = 1_000_000
        let service = try await Service(overrides)
        _ = try await service.stage.sweep()
        try service.application.change { $0.errorRatio = 1 }
        service.application.serve(10)
        let finding = try await service.stage.sweep().finding("HighErrorRate")
        #expect(finding?.verdict == .ok)
        #expect(finding?.summary.contains("fewer than") == true)
    }

    @Test func slowerThanTheLastBucketIsSaidAsSuch() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        try service.application.change { $0.requestSeconds = 60 }
        service.application.serve(5000)
        let finding = try await service.stage.sweep().finding("APILatencyHigh")
        #expect(finding?.verdict == .firing)
        #expect(finding?.summary.contains("more than 10 s") == true, "\(finding?.summary ?? "")")
    }

    @Test func malformedMetricsTellTheErrorRateButNoPercentile() async throws {
        let service = try await Service()
        try service.application.change { $0.writesMalformedMetrics = true }
        _ = try await service.stage.sweep()
        try service.application.change { $0.errorRatio = 0.5 }
        service.application.serve(1000)
        let outcome = try await service.stage.sweep()
        #expect(outcome.finding("HighErrorRate")?.verdict == .firing)
        let latency = outcome.finding("APILatencyHigh")
        #expect(latency?.verdict == .unknown)
        #expect(latency?.summary.contains("bucket") == true, "\(latency?.summary ?? "")")
        let problem = outcome.observations[0].problems.first { $0.message.contains("malformed") }
        #expect(problem?.message.contains("line ") == true, "\(outcome.observations[0].problems)")
        #expect(outcome.observations[0].piece("http.metrics.malformed") != nil)
    }

    @Test func aRateLimitedMetricsEndpointIsAReasonNotAnEmptyPage() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        try service.application.change { $0.limitsMetrics = true }
        let outcome = try await service.stage.sweep()
        #expect(outcome.finding("InstanceDown")?.verdict == .ok)
        for alert in ["HighErrorRate", "APILatencyHigh", "AgentQuotaExceeded"] {
            #expect(outcome.finding(alert)?.verdict == .unknown)
            #expect(outcome.finding(alert)?.summary.contains("rate limited") == true)
        }
        #expect(outcome.troubles == [])
    }

    /// What fires is not over because nobody can tell any more.
    @Test func whatFiresGoesOnWhileMetricsAreRefused() async throws {
        let service = try await Service()
        _ = try await service.stage.sweep()
        try service.application.change { $0.errorRatio = 0.5 }
        service.application.serve(1000)
        #expect(try await service.stage.sweep().finding("HighErrorRate")?.verdict == .firing)
        try service.application.change { $0.limitsMetrics = true }
        let finding = try await service.stage.sweep().finding("HighErrorRate")
        #expect(finding?.verdict == .firing)
        #expect(finding?.summary.contains("unknown since") == true, "\(finding?.summary ?? "")")
    }
}

@Suite("When an instance is down, and when it is not")
struct InstanceDownTests {
    @Test(arguments: [500, 503])
    func aServerErrorIsDown(status: Int) async throws {
        let service = try await Service()
        try service.application.change { $0.healthStatus = status }
        let finding = try await service.stage.sweep().finding("InstanceDown")
        #expect(finding?.verdict == .firing)
        #expect(finding?.value == 0)
        #expect(finding?.summary.contains("\(status)") == true, "\(finding?.summary ?? "")")
    }

    @Test(arguments: [401, 403, 429])
    func aRefusalIsNotDown(status: Int) async throws {
        let service = try await Service(withToken: false)
        try service.application.change { $0.healthStatus = status }
        let outcome = try await service.stage.sweep()
        #expect(outcome.finding("InstanceDown")?.verdict == .ok)
        let words = outcome.observations[0].evidence.filter { $0.id.hasPrefix("http.health") }.map(\.words).joined()
        #expect(words.contains(status == 429 ? "rate limited" : "token"), "\(words)")
    }

    @Test func degradedIsNotDown() async throws {
        let service = try await Service()
        try service.application.change { $0.healthWord = "degraded" }
        let outcome = try await service.stage.sweep()
        #expect(outcome.finding("InstanceDown")?.verdict == .ok)
        let words = outcome.observations[0].evidence.filter { $0.id.hasPrefix("http.health") }.map(\.words)
        #expect(words.joined().contains("degraded"))
    }

    @Test func refusedIsDown() async throws {
        let service = try await Service()
        try service.application.change { $0.isDown = true }
        let outcome = try await service.stage.sweep()
        #expect(outcome.finding("InstanceDown")?.verdict == .firing)
        let words = outcome.finding("InstanceDown")?.summary ?? ""
        #expect(words.contains("refused"), "\(words)")
        #expect(outcome.finding("HighErrorRate")?.verdict == .unknown)
    }

    @Test func silentIsDown() async throws {
        let playground = Playground()
        let hostile = try await playground.hostile()
        let settings = HTTPSettings(baseURL: "http://127.0.0.1:\(hostile.port(.silent))")
        let stage = try Stage([ConfiguredTarget(name: "app", settings: .http(settings), timeout: .seconds(1))])
        let finding = try await stage.sweep().finding("InstanceDown")
        #expect(finding?.verdict == .firing)
        #expect(finding?.value == 0)
        await playground.stop()
    }

    @Test func itIsOverWhenItAnswersAgain() async throws {
        let service = try await Service()
        try service.application.change { $0.isDown = true }
        let first = try await service.stage.sweep().finding("InstanceDown")
        let second = try await service.stage.sweep().finding("InstanceDown")
        #expect(second?.verdict == .firing)
        #expect(second?.since == first?.since)
        try service.application.change { $0.isDown = false }
        let third = try await service.stage.sweep().finding("InstanceDown")
        #expect(third?.verdict == .ok)
        #expect(third?.resolved != nil)
        try service.application.change { $0.isDown = true }
        #expect(try await service.stage.sweep().finding("InstanceDown")?.flaps == 1)
    }
}

@Suite("Logs from one sweep to the next")
struct SweptLogTests {
    @Test(arguments: [false, true])
    func aRotationBetweenSweepsNeitherLosesNorDoubles(compressing: Bool) async throws {
        let playground = Playground()
        let logs = try await playground.logs()
        let settings = LogSettings(path: logs.path(.auth), watch: [.authFailures])
        let stage = try Stage([ConfiguredTarget(name: "auth", settings: .log(settings))])
        try logs.authenticationFailures(60)
        let before = try await stage.sweep().finding("AuthFailuresSpike", by: "log")
        #expect(before?.verdict == .ok)
        #expect(before?.value == 60)
        try logs.rotate(.auth, compressing: compressing)
        try logs.authenticationFailures(60)
        let after = try await stage.sweep().finding("AuthFailuresSpike", by: "log")
        #expect(after?.verdict == .firing)
        #expect(after?.value == 120)
        #expect(after?.evidence.contains { $0.id == "logs.auth_failures.sources" } == true)
        await playground.stop()
    }

    @Test func exactlyAHundredFailuresAreNotMoreThanAHundred() async throws {
        let playground = Playground()
        let logs = try await playground.logs()
        let settings = LogSettings(path: logs.path(.auth), watch: [.authFailures])
        let stage = try Stage([ConfiguredTarget(name: "auth", settings: .log(settings))])
        try logs.authenticationFailures(100)
        #expect(try await stage.sweep().finding("AuthFailuresSpike", by: "log")?.verdict == .ok)
        try logs.authenticationFailures(1)
        #expect(try await stage.sweep().finding("AuthFailuresSpike", by: "log")?.verdict == .firing)
        await playground.stop()
    }

    @Test func aMissingLogIsUnknown() async throws {
        let settings = LogSettings(path: "/nowhere/auth.log", watch: [.authFailures])
        let stage = try Stage([ConfiguredTarget(name: "auth", settings: .log(settings))])
        let finding = try await stage.sweep().finding("AuthFailuresSpike", at: "auth")
        #expect(finding?.verdict == .unknown)
        #expect(finding?.summary.contains("/nowhere/auth.log") == true, "\(finding?.summary ?? "")")
    }
}

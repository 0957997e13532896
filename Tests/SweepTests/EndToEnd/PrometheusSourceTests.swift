import Diagnostics
import HTTP
import Playground
import Runbook
import Testing

@testable import Sweep

@Suite("A Prometheus that knows what was before", .serialized)
struct PrometheusSourceTests {
    private static let playground = Playground()

    /// A first sweep of the application alone, with everything else remembered nowhere.
    private func firstSweep(_ url: String, only alerts: [String] = ["HighErrorRate"]) async throws -> SweepRun.Outcome {
        let application = try await Self.playground.application()
        let settings = HTTPSettings(baseURL: application.url, authorization: .bearer(application.token))
        var stage = try Stage(
            [ConfiguredTarget(name: "app", labels: [:], settings: .http(settings), timeout: nil)],
            ["HighErrorRate": AlertOverride(holdFor: .zero)])
        stage.configuration.prometheus = PrometheusSettings(try HTTPEndpoint(url))
        stage.configuration.prometheus?.timeout = .seconds(10)
        return try await stage.sweep(only: alerts)
    }

    private func page(requests: Int, errors: Int, swept: Timestamp) -> String {
        """
        # TYPE diag_application_requests_total counter
        diag_application_requests_total{code="200",kind="http",target="app"} \(requests)
        diag_application_requests_total{code="500",kind="http",target="app"} \(errors)
        # TYPE diag_sweep_timestamp_seconds gauge
        diag_sweep_timestamp_seconds \(Units.decimal(swept.secondsSinceEpoch, digits: 3))

        """
    }

    /// node_exporter reads a textfile, Prometheus scrapes it, and a sweep without a history asks Prometheus.
    @Test(.timeLimit(.minutes(2))) func aFirstSweepAsksIt() async throws {
        let exporter = try await Self.playground.nodeExporter()
        let name = exporter.textfiles.split(separator: "/").last.map(String.init) ?? ""
        _ = try await Self.playground.write(
            page(requests: 10_000, errors: 1_000, swept: .now), to: "\(name)/diag.prom")
        let prometheus = try await Self.playground.prometheus(scraping: [exporter.port])
        try await waitFor(prometheus, "count_over_time(diag_application_requests_total[1m])", toSay: "\"2\"")
        _ = try await Self.playground.write(
            page(requests: 10_900, errors: 1_100, swept: .now), to: "\(name)/diag.prom")
        try await waitFor(prometheus, "diag_application_requests_total{code=\"500\"}", toSay: "\"1100\"")
        let outcome = try await firstSweep(prometheus.url)
        let finding = try #require(outcome.finding("HighErrorRate"))
        #expect(finding.verdict == .firing, "\(finding.summary)")
        #expect(finding.summary.contains("10.0 % > 5 % (by Prometheus)"))
        #expect(finding.answeredBy == .prometheus)
        #expect(outcome.notes == [])
        // What Prometheus goes on showing of a sweep that is long over says nothing of now.
        _ = try await Self.playground.write(
            page(requests: 11_000, errors: 1_100, swept: .now - 3600), to: "\(name)/diag.prom")
        try await waitFor(prometheus, "diag_application_requests_total{code=\"200\"}", toSay: "\"11000\"")
        let stale = try await firstSweep(prometheus.url)
        #expect(stale.finding("HighErrorRate")?.verdict == .unknown)
        #expect(stale.finding("HighErrorRate")?.summary.contains("the last sweep that it knows is of") == true)
    }

    @Test func anEmptyOneIsNoAnswer() async throws {
        let prometheus = try await Self.playground.prometheus(scraping: [])
        let outcome = try await firstSweep(prometheus.url)
        #expect(outcome.finding("HighErrorRate")?.verdict == .unknown)
        #expect(outcome.notes.contains { $0.hasSuffix("it has no sweep of diag") })
    }

    @Test(arguments: [
        (
            #"{"status":"success","warnings":["1 of 2 stores is down"],"data":{"resultType":"vector","result":[]}}"#,
            "it warns, so that its answer may not be whole: 1 of 2 stores is down"
        ),
        (#"{"status":"error","errorType":"timeout","error":"query timed out"}"#, "query timed out"),
        (#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#, "its answer is no instant vector"),
        ("<html>", "HTTP status 200, and no answer to a query"),
    ])
    func whatIsNoWholeAnswerIsNone(body: String, reason: String) async throws {
        let mailbox = try await Self.playground.mailbox()
        mailbox.answer(200, body: body)
        let outcome = try await firstSweep(mailbox.url)
        let finding = try #require(outcome.finding("HighErrorRate"))
        #expect(finding.verdict == .unknown)
        #expect(finding.summary.hasPrefix("needs a second sweep; Prometheus at http://127.0.0.1:"))
        #expect(finding.summary.hasSuffix(reason), "\(finding.summary)")
    }

    /// Dead or silent: what needs no history is judged as ever.
    @Test func oneThatIsDownCostsOnlyWhatItWouldHaveSaid() async throws {
        let hostile = try await Self.playground.hostile()
        for port in [hostile.port(.refusing), hostile.port(.closing)] {
            let outcome = try await firstSweep("http://127.0.0.1:\(port)", only: ["HighErrorRate", "InstanceDown"])
            #expect(outcome.finding("HighErrorRate")?.verdict == .unknown)
            #expect(outcome.finding("InstanceDown", at: "app")?.verdict == .ok)
        }
    }

    private func waitFor(_ prometheus: PrometheusServer, _ query: String, toSay text: String) async throws {
        let end = ContinuousClock.now + .seconds(60)
        var said = ""
        while ContinuousClock.now < end {
            said = try await prometheus.query(query)
            if said.contains(text) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("\(query) never said \(text): \(said)")
    }
}

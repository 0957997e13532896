import Diagnostics
import Playground
import Testing

@testable import HTTP

@Suite("The health of an application")
struct HealthTests {
    private func health(_ answers: [String: String], _ change: (inout HTTPSettings) -> Void = { _ in }) async
        -> (observation: Observation, asked: [String])
    {
        let server = ScriptedServer(answers)
        let observation = await observe(server.url) {
            $0.metricsPaths = []
            $0.slowDebatesPath = nil
            change(&$0)
        }
        return (observation, server.questions.map(\.path))
    }

    @Test(arguments: [
        ("/healthz", 200, 1.0), ("/health", 204, 1.0), ("/healthz", 503, 0.0), ("/readyz", 500, 0.0),
        ("/api/v1/health", 429, 1.0), ("/healthz", 401, 1.0), ("/healthz", 403, 1.0),
    ])
    func `the first path that is there decides`(path: String, status: Int, up: Double) async {
        let (observation, _) = await health([path: answer(status)])
        #expect(observation.value(HTTPMetrics.healthUp) == up)
        #expect(observation.value(HTTPMetrics.healthStatus) == Double(status))
        #expect(observation.failure == nil)
    }

    @Test func `paths behind the deciding one are not asked`() async {
        let (_, asked) = await health(["/api/v1/health": answer(200)])
        #expect(asked == ["/healthz", "/api/v1/health"])
    }

    @Test func `a path that wants a token leads on to one that doesn't`() async {
        let (observation, _) = await health(["/healthz": answer(401), "/api/health": answer(503)])
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
    }

    @Test func `wanting a token everywhere is reached, and said`() async {
        let (observation, asked) = await health(["/healthz": answer(401)])
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(asked == HTTPSettings.defaultHealthPaths)
        #expect(observation.fact("http.health.body")?.contains("wants a token") == true)
    }

    @Test func `no path at all is unknown, never up and never down`() async {
        let (observation, _) = await health([:])
        #expect(observation.value(HTTPMetrics.healthUp) == nil)
        let tried = "/healthz 404, /api/v1/health 404, /api/health 404, /health 404, /readyz 404"
        #expect(observation.gap(HTTPMetrics.healthUp) == "no health endpoint found; tried \(tried)")
    }

    @Test func `a path that the configuration names must be there`() async {
        let (observation, asked) = await health(["/healthz": answer(200)]) { $0.healthPaths = ["/alive"] }
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
        #expect(!asked.contains("/healthz"))
    }

    @Test func `degraded is not down, and what it says of itself is shown`() async {
        let detail = #"{"status": "degraded", "checks": {"redis": {"status": "down", "latency_ms": 3}}}"#
        let (observation, asked) = await health([
            "/healthz": answer(200, #"{"status": "degraded"}"#), "/api/v1/health/detailed": answer(200, detail),
        ])
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.fact("http.health.body") == "its body says status: degraded")
        #expect(asked == ["/healthz", "/api/v1/health/dependencies", "/api/v1/health/detailed"])
        #expect(
            observation.table("http.health.detail")?.contains([.text("checks.redis.status"), .text("down")]) == true)
    }

    @Test func `a 503 shows who sent it`() async {
        let (observation, _) = await health([
            "/healthz": answer(503, "no upstream", type: "text/html", headers: ["Server: balancer/9"])
        ])
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
        #expect(observation.table("http.health")?.first?.contains(.text("balancer/9")) == true)
        #expect(observation.fact("http.health.body") == "it answered 503: no upstream")
    }

    @Test func `a redirect to a login page shows where it led`() async {
        let (observation, _) = await health([
            "/healthz": answer(302, headers: ["Location: /login?return=/healthz"]),
            "/login?return=/healthz": answer(200, "<html>", type: "text/html"),
        ])
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.fact("http.health.body")?.hasSuffix("/login") == true)
    }

    @Test(arguments: [(200, 1.0), (404, 0.0), (500, 0.0)])
    func `of a URL to watch, only that URL is asked`(status: Int, up: Double) async {
        let server = ScriptedServer(["/page?x=1": answer(status)])
        let observation = await observe(server.url + "/page?x=1") { $0.role = .url }
        #expect(observation.value(HTTPMetrics.healthUp) == up)
        #expect(server.questions.map(\.path) == ["/page?x=1"])
        #expect(observation.gaps == [])
    }
}

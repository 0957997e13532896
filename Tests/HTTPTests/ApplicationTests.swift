import Diagnostics
import Playground
import Testing

@testable import HTTP

@Suite("The application's figures")
struct ApplicationTests {
    /// An application that serves this text as its metrics.
    private func observation(
        metrics text: String, type: String = "text/plain; version=0.0.4",
        _ change: (inout HTTPSettings) -> Void = { _ in }
    ) async -> Observation {
        let server = ScriptedServer(["/healthz": answer(200), "/metrics": answer(200, text, type: type)])
        return await observe(server.url, change)
    }

    @Test(arguments: [
        ("http_requests_total", "status"), ("shop_http_requests_total", "code"), ("http_requests_total", "status_code"),
    ])
    func `requests are found under any prefix and label`(name: String, label: String) async {
        let observation = await observation(
            metrics: """
                \(name){handler="/a",\(label)="200",method="GET",pod="1"} 3
                \(name){handler="/a",\(label)="200",method="GET",pod="2"} 4
                \(name){handler="/a",\(label)="500",method="GET",pod="1"} 1

                """)
        let labels: Labels = ["code": "200", "endpoint": "/a", "method": "GET"]
        #expect(observation.value(HTTPMetrics.requests, labels) == 7)
        #expect(observation.value(HTTPMetrics.requests, labels.with("code", "500")) == 1)
        #expect(observation.table("http.endpoints.errors") == [[.text("/a"), .number(8), .number(1), .ratio(0.125)]])
    }

    @Test func `of several prefixes the bare name wins, then the shortest`() async {
        let text = "a_http_requests_total 1\nhttp_requests_total 2\nb_outer_http_requests_total 4\n"
        #expect(await observation(metrics: text).sum(HTTPMetrics.requests) == 2)
    }

    @Test func `names can be configured`() async {
        let text = "visits{result=\"500\"} 9\nhttp_requests_total 1\n"
        let observation = await observation(metrics: text) {
            $0.series.requests = ["visits"]
            $0.series.codeLabels = ["result"]
        }
        #expect(observation.value(HTTPMetrics.requests, ["code": "500"]) == 9)
    }

    @Test func `a histogram's bounds have one spelling and its sums are by endpoint`() async {
        let observation = await observation(
            metrics: """
                http_request_duration_seconds_bucket{path="/a",le="1.0",status="200"} 1
                http_request_duration_seconds_bucket{path="/a",le="1",status="500"} 2
                http_request_duration_seconds_bucket{path="/a",le="2.50"} 4
                http_request_duration_seconds_bucket{path="/a",le="+Inf"} 8
                http_request_duration_seconds_count{path="/a",status="200"} 8
                http_request_duration_seconds_sum{path="/a"} 16

                """)
        #expect(observation.value(HTTPMetrics.durationBucket, ["endpoint": "/a", "le": "1"]) == 3)
        #expect(observation.value(HTTPMetrics.durationBucket, ["endpoint": "/a", "le": "2.5"]) == 4)
        #expect(observation.value(HTTPMetrics.durationBucket, ["endpoint": "/a", "le": "+Inf"]) == 8)
        #expect(observation.value(HTTPMetrics.durationSum, ["endpoint": "/a"]) == 16)
        #expect(observation.value(HTTPMetrics.requests, ["code": "200", "endpoint": "/a"]) == 8)
        #expect(observation.table("http.endpoints.slow") == [[.text("/a"), .number(8), .seconds(2), .ratio(0.5)]])
    }

    @Test func `milliseconds become seconds where the name says so`() async {
        let observation = await observation(
            metrics: """
                x_http_request_duration_ms_bucket{le="250"} 1
                x_http_request_duration_ms_bucket{le="+Inf"} 2
                x_http_request_duration_ms_count 2
                x_http_request_duration_ms_sum 1500

                """)
        #expect(observation.value(HTTPMetrics.durationBucket, ["le": "0.25"]) == 1)
        #expect(observation.value(HTTPMetrics.durationBucket, ["le": "+Inf"]) == 2)
        #expect(observation.value(HTTPMetrics.durationSum) == 1.5)
    }

    @Test func `a summary gives its own quantiles, never added up`() async {
        let observation = await observation(
            metrics: """
                http_request_duration_seconds{quantile="0.95",path="/a",pod="1"} 0.5
                http_request_duration_seconds{quantile="0.95",path="/a",pod="2"} 3
                http_request_duration_seconds{quantile="0.95",path="/b"} NaN
                http_request_duration_seconds_count{path="/a"} 10
                http_request_duration_seconds_sum{path="/a"} 2

                """)
        #expect(observation.value(HTTPMetrics.durationQuantile, ["endpoint": "/a", "q": "0.95"]) == 3)
        #expect(observation.samples.count { $0.metric == HTTPMetrics.durationQuantile } == 1)
        #expect(observation.gap(HTTPMetrics.durationBucket)?.contains("the mean of 10 requests is 200.0 ms") == true)
    }

    @Test func `a counter that is declared but not begun is zero, one that isn't there is unknown`() async {
        let observation = await observation(
            metrics: "# TYPE app_debates_total counter\n# TYPE app_active_debates gauge\nup 1\n")
        #expect(observation.value(HTTPMetrics.debates) == 0)
        #expect(observation.sum(HTTPMetrics.requests) == 0)
        let looked = "looked for http_requests_total, http_server_requests_total, with or without a prefix"
        #expect(observation.gap(HTTPMetrics.requests) == "not served at /metrics: \(looked)")
    }

    @Test func `a start of the process is since when counters count`() async {
        let observation = await observation(metrics: "process_start_time_seconds 1000\nhttp_requests_total 5\n")
        let sample = observation.samples.first { $0.metric == HTTPMetrics.requests }
        #expect(sample?.countedSince == Timestamp(secondsSinceEpoch: 1000))
        #expect(sample?.identity == "http_requests_total")
    }

    @Test func `OpenMetrics is read, and its missing end noticed`() async {
        let text = """
            # TYPE http_requests counter
            http_requests_total{code="200"} 5 # {trace_id="1"} 1 1520879607.7
            http_requests_created{code="200"} 1520430000.1

            """
        let type = "application/openmetrics-text; version=1.0.0"
        let whole = await observation(metrics: text + "# EOF\n", type: type)
        #expect(whole.value(HTTPMetrics.requests, ["code": "200"]) == 5)
        let cut = await observation(metrics: text, type: type)
        #expect(cut.gap(HTTPMetrics.requests)?.contains("# EOF") == true)
        #expect(cut.problems.map(\.kind) == [.protocolViolation])
    }

    @Test(arguments: [
        ("{\"requests\": 5}", "application/json"), ("<html></html>", "text/plain"), ("", "text/plain"),
        ("[1]", "text/plain"), ("hello world\n", "text/plain"), ("# only a comment\n", "text/plain"),
    ])
    func `what is no metrics leads on to the next path`(body: String, type: String) async {
        let server = ScriptedServer([
            "/healthz": answer(200), "/metrics": answer(200, body, type: type),
            "/api/v1/metrics/prometheus": answer(200, "http_requests_total 5\n", type: "text/plain"),
        ])
        let observation = await observe(server.url)
        #expect(observation.sum(HTTPMetrics.requests) == 5)
        #expect(observation.problems == [])
    }

    @Test func `an answer cut off by the deadline is not used in part`() async {
        let server = ScriptedServer { question, connection in
            guard question.path == "/metrics" else { return connection.write(answer(200)) }
            connection.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhttp_requests_total 5\n")
            connection.waitForEnd()
            return false
        }
        let observation = await observe(server.url, within: .seconds(2))
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.failure == nil)
        #expect(observation.sum(HTTPMetrics.requests) == 0)
        #expect(observation.gap(HTTPMetrics.requests)?.contains("did not end within the deadline") == true)
        #expect(observation.problems.map(\.kind) == [.timedOut])
    }

    @Test func `health, metrics and debates share two connections`() async {
        let server = ScriptedServer([
            "/metrics": answer(200, "http_requests_total 5\n", type: "text/plain"), "/readyz": answer(200),
        ])
        let observation = await observe(server.url)
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(server.questions.count == 8)
        #expect(server.connections <= 2)
    }

    @Test func `a token is never in anything that is shown`() async {
        for status in [200, 401, 403, 500] {
            let server = ScriptedServer { _, connection in connection.write(answer(status, "{")) }
            let observation = await observe(server.url) { $0.authorization = .bearer("geheim") }
            #expect(!"\(observation)".contains("geheim"))
            #expect(server.questions.allSatisfy { $0.header("Authorization") == "Bearer geheim" })
        }
    }
}

@Suite("The runbook's application", .serialized)
struct RunbookApplicationTests {
    @Test func `is read whole when it is well`() async throws {
        let application = try await Playground.shared.application()
        let observation = await observe(application.url) { $0.authorization = .bearer(application.token) }
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.failure == nil)
        #expect(observation.problems == [])
        #expect(observation.sum(HTTPMetrics.requests) > 0)
        #expect(observation.value(HTTPMetrics.quotaRemaining, ["provider": "anthropic"]) == 800)
        #expect(observation.value(HTTPMetrics.slowDebates) == 0)
        #expect(observation.gaps == [])
        #expect(observation.samples.filter { $0.metric.kind == .counter }.allSatisfy { $0.countedSince != nil })
    }

    @Test func `asks for a token where it keeps its slow debates`() async throws {
        let application = try await Playground.shared.application()
        let observation = await observe(application.url)
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.gap(HTTPMetrics.slowDebates) == "/api/v1/health/slow-debates: a token is needed (401)")
    }

    @Test func `tells of failures, limits and slow debates as they happen`() async throws {
        let playground = Playground()
        let application = try await playground.application()
        try application.change {
            $0.requestsPerSecond = 0
            $0.slowDebates = 2
        }
        let before = await observe(application.url) { $0.authorization = .bearer(application.token) }
        application.failLogins(120)
        application.limit(7)
        let after = await observe(application.url) { $0.authorization = .bearer(application.token) }
        #expect(after.sum(HTTPMetrics.authFailures) - before.sum(HTTPMetrics.authFailures) == 120)
        #expect(after.sum(HTTPMetrics.rateLimitHits) - before.sum(HTTPMetrics.rateLimitHits) == 7)
        #expect(after.value(HTTPMetrics.slowDebates) == 2)
        #expect(after.table("http.debates.slow")?.first?.first == .text("debate-1"))
        await playground.stop()
    }

    @Test func `without its metrics library is read as far as it can be`() async throws {
        let playground = Playground()
        let application = try await playground.application()
        try application.change { $0.writesMalformedMetrics = true }
        let observation = await observe(application.url)
        #expect(observation.sum(HTTPMetrics.requests) > 0)
        #expect(observation.sum(HTTPMetrics.durationCount) > 0)
        #expect(observation.gap(HTTPMetrics.durationBucket)?.contains("has no buckets") == true)
        #expect(observation.problems.map(\.kind) == [.protocolViolation])
        #expect(observation.problems.first?.message.hasPrefix("line ") == true)
        await playground.stop()
    }

    @Test func `that limits its metrics is not asked again`() async throws {
        let playground = Playground()
        let application = try await playground.application()
        try application.change { $0.limitsMetrics = true }
        let observation = await observe(application.url)
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        #expect(observation.gap(HTTPMetrics.requests) == "no metrics: /metrics: rate limited, retry after 2 s")
        #expect(observation.problems.map(\.kind) == [.server(code: "429")])
        await playground.stop()
    }

    @Test func `that is down is down, and up again when it is back`() async throws {
        let playground = Playground()
        let application = try await playground.application()
        try application.change { $0.isDown = true }
        let down = await observe(application.url)
        #expect(down.value(HTTPMetrics.healthUp) == 0)
        #expect(down.failure?.kind == .refused)
        try application.change { $0.isDown = false }
        #expect(await observe(application.url).value(HTTPMetrics.healthUp) == 1)
        try application.change { $0.healthStatus = 503 }
        #expect(await observe(application.url).value(HTTPMetrics.healthUp) == 0)
        await playground.stop()
    }
}

import Testing

@testable import Playground

@Suite("The application of the playground")
struct ApplicationTests {
    /// What an application of its own answers, after `change`, to `paths` in turn.
    private func answers(
        to paths: [String], withToken: Bool = false, change: @escaping @Sendable (Application) throws -> Void = { _ in }
    ) async throws -> [HTTPAnswer] {
        let playground = Playground()
        let application = try await playground.application()
        let answers = try await onThread {
            try change(application)
            return try paths.map { path in
                try Client.get(path, from: application.port, token: withToken ? application.token : nil)
            }
        }
        await playground.stop()
        return answers
    }

    @Test(arguments: [
        ("/healthz", 200), ("/readyz", 200), ("/api/v1/health", 200), ("/metrics", 200), ("/api/v1/debates", 200),
        ("/api/v1/metrics", 401), ("/api/v1/health/detailed", 401), ("/api/v1/health/slow-debates", 401),
        ("/api/v1/health/dependencies", 404), ("/readyz/dependencies", 404), ("/api/v1/debates/stats", 500),
        ("/api/v1/admin/agents/status", 405),
    ])
    func answersAsARunningOneWasSeenTo(path: String, status: Int) async throws {
        let port = try await Playground.shared.application().port
        #expect(try await onThread { try Client.get(path, from: port) }.status == status)
    }

    @Test func opensItsDetailsToATokenOnly() async throws {
        let answer = try await answers(to: ["/api/v1/health/slow-debates"], withToken: true) { application in
            try application.change { $0.slowDebates = 2 }
        }[0]
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""current_slow_count": 2"#))
    }

    @Test func countsWholeRequestsAndTheirShareOfErrors() async throws {
        let page = try await answers(to: ["/metrics"]) { application in
            try application.change { behaviour in
                behaviour.requestsPerSecond = 0
                behaviour.errorRatio = 0.1
            }
            application.restart()
            application.serve(1000)
        }[0].body
        #expect(Client.sum("aragora_http_requests_total", "", in: page) == 1000)
        #expect(Client.sum("aragora_http_requests_total", #"status="500""#, in: page) == 100)
        #expect(Client.sum("aragora_http_request_duration_seconds_count", "", in: page) == 1000)
        #expect(page.contains("# TYPE aragora_http_request_duration_seconds histogram"))
    }

    @Test func writesWhatNoParserTakesWithoutItsLibrary() async throws {
        let page = try await answers(to: ["/metrics"]) { application in
            try application.change { $0.writesMalformedMetrics = true }
        }[0].body
        #expect(page.contains(#"method="GET",status="200"}_count "#))
        #expect(!page.contains("# TYPE"))
    }

    @Test func mayLimitWhoScrapesIt() async throws {
        let answer = try await answers(to: ["/metrics"]) { application in
            try application.change { $0.limitsMetrics = true }
        }[0]
        #expect(answer.status == 429)
        #expect(answer.body.contains("rate_limit_exceeded"))
    }
}

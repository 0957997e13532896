import Foundation

/// Which answer a path gets: what was captured where the application is as it was then, else what the knobs say.
struct Answers {
    let behaviour: Behaviour
    let page: MetricsPage
    let token: String

    func answer(to request: HTTPRequest) throws -> HTTPAnswer {
        if let health = try health(request.path) { return health }
        if Self.guarded.contains(request.path), behaviour.asksForToken, request.token != token {
            return try HTTPAnswer(captured: "api_v1_health_detailed.http")
        }
        switch request.path {
        case "/metrics", "/api/v1/metrics/prometheus": return try metrics()
        case "/api/v1/health/slow-debates": return HTTPAnswer(200, json: slowDebates)
        case "/api/v1/health/detailed", "/api/v1/health/database", "/api/v1/health/circuits":
            return HTTPAnswer(200, json: #"{"status": "healthy", "checks": {}}"#)
        case "/api/v1/metrics": return HTTPAnswer(200, json: #"{"uptime_seconds": 100.0}"#)
        case "/readyz/dependencies": return try HTTPAnswer(captured: "readyz_dependencies.http")
        case "/api/v1/debates": return try HTTPAnswer(captured: "api_v1_debates.http")
        case "/api/v1/debates/active": return try activeDebates()
        case "/api/v1/debates/stats": return try HTTPAnswer(captured: "api_v1_debates_stats.http")
        case "/api/v1/admin/agents/status", "/api/v1/admin/circuit-breakers":
            return HTTPAnswer(405, json: #"{"error": "Method not allowed"}"#)
        default: return notFound(request.path)
        }
    }

    private static let guarded: Set<String> = [
        "/api/v1/health/detailed", "/api/v1/health/database", "/api/v1/health/circuits",
        "/api/v1/health/slow-debates", "/api/v1/metrics", "/api/v1/metrics/prometheus",
    ]

    private func health(_ path: String) throws -> HTTPAnswer? {
        let captures = [
            "/healthz": "healthz.http", "/readyz": "readyz.http", "/api/health": "api_v1_health.http",
            "/api/v1/health": "api_v1_health.http",
        ]
        guard let capture = captures[path] else { return nil }
        if behaviour.healthStatus == 200 && behaviour.healthWord == nil {
            return try HTTPAnswer(captured: capture).withTimestamp()
        }
        let word = behaviour.healthWord ?? (behaviour.healthStatus == 200 ? "ok" : "unhealthy")
        return HTTPAnswer(behaviour.healthStatus, json: #"{"status": "\#(word)"}"#)
    }

    private func metrics() throws -> HTTPAnswer {
        if behaviour.limitsMetrics {
            let error = "Rate limit exceeded. Please try again later."
            return HTTPAnswer(429, json: #"{"error": "\#(error)", "code": "rate_limit_exceeded", "retry_after": 2}"#)
        }
        let text = behaviour.writesMalformedMetrics ? try page.malformedText() : try page.text()
        return HTTPAnswer(200, type: "text/plain; version=0.0.4; charset=utf-8", body: text)
    }

    private func activeDebates() throws -> HTTPAnswer {
        guard behaviour.slowDebates > 0 else { return try HTTPAnswer(captured: "api_v1_debates_active.http") }
        return HTTPAnswer(200, json: #"{"debates": [\#(slowList)]}"#)
    }

    private var slowDebates: String {
        """
        {"status": "\(behaviour.slowDebates > 0 ? "degraded" : "healthy")", "slow_threshold_seconds": 30, \
        "current_slow_count": \(behaviour.slowDebates), "recent_slow_count": 0, "current_slow": [\(slowList)], \
        "recent_slow": [], "errors": null, "timestamp": "\(timestamp())"}
        """
    }

    private var slowList: String {
        (0..<behaviour.slowDebates).map { number in
            let seconds = 400 + 60 * number
            return """
                {"debate_id": "debate-\(number + 1)", "duration_seconds": \(seconds).0, "task": "topic \(number + 1)", \
                "agents": ["anthropic", "openai"], "current_round": 2, "total_rounds": 5, \
                "started_at": "\(timestamp(.now - Double(seconds)))"}
                """
        }.joined(separator: ", ")
    }

    private func notFound(_ path: String) -> HTTPAnswer {
        HTTPAnswer(404, json: #"{"error": "API endpoint not found: \#(path)", "code": "not_found"}"#)
    }
}

extension HTTPAnswer {
    /// The moment of the capture, replaced by now.
    fileprivate func withTimestamp() -> HTTPAnswer {
        let old = "2026-11-23T09:30:25.192474+00:00Z"
        return HTTPAnswer(status, type: type, body: body.replacingOccurrences(of: old, with: timestamp()))
    }
}

/// Two time zones, as the application writes it.
private func timestamp(_ date: Date = .now) -> String {
    formatted(date, "%Y-%m-%dT%H:%M:%S.000000+00:00Z")
}

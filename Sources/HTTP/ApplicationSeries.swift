/// Under which names an application serves what conditions ask for.
///
/// Each list is tried in order. A name stands for itself and for itself behind a prefix: `http_requests_total` also
/// finds `shop_http_requests_total`. A label stands under the first of its names that a series has.
public struct ApplicationSeries: Sendable, Hashable {
    /// Counter of requests, with the status code in a label.
    public var requests = ["http_requests_total", "http_server_requests_total"]
    /// Histogram or summary of how long requests took, in seconds, or in milliseconds when the name says so.
    public var durations = [
        "http_request_duration_seconds", "http_request_duration", "http_server_request_duration_seconds",
        "http_server_requests_seconds", "http_request_duration_milliseconds", "http_request_duration_ms",
    ]
    public var authFailures = ["auth_failures_total", "authentication_failures_total"]
    public var rateLimitHits = ["rate_limit_hits_total", "rate_limit_rejections_total", "rate_limited_total"]
    public var debates = ["debates_total"]
    public var activeDebates = ["active_debates", "debates_active"]
    /// Gauge of the calls that an API provider still allows.
    public var quotaRemaining = ["external_api_remaining", "agent_quota_remaining"]
    public var agentRateLimits = ["agent_rate_limit_detected_total", "agent_rate_limits_total"]
    public var agentErrors = ["agent_errors_total", "agent_failures_total"]
    public var agentCalls = ["agent_calls_total", "agent_provider_calls_total", "agent_api_calls_total"]
    public var agentFallbacks = ["agent_fallback_triggered_total", "agent_fallbacks_total"]
    public var openCircuitBreakers = ["circuit_breakers_open"]

    public var codeLabels = ["status", "code", "status_code", "http_status", "http_response_status_code"]
    public var endpointLabels = ["endpoint", "handler", "path", "route", "uri", "http_route"]
    public var methodLabels = ["method", "http_method", "http_request_method", "verb"]
    public var providerLabels = ["provider", "agent", "agent_type", "agent_name", "model"]

    /// Endpoints that are told apart in samples; where there are more, all are summed.
    public var maximumEndpoints = 100

    public init() {}
}

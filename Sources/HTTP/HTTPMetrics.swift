import Diagnostics
import Network

/// Every metric that an HTTP probe can emit, beside `TLSMetrics.certificateExpiry` for `https`.
public enum HTTPMetrics {
    public static let healthUp = Metric(
        "diag_http_health_up", .gauge, "Whether the health endpoint answers that the instance serves (1) or not (0).")
    public static let healthStatus = Metric(
        "diag_http_health_status_code", .gauge, "HTTP status of the health endpoint.")
    public static let healthSeconds = Metric(
        "diag_http_health_seconds", .gauge, "Duration of the health request from start to the end of the answer.")
    public static let phaseSeconds = Metric(
        "diag_http_phase_seconds", .gauge,
        "Duration of each phase of the health request: resolve, connect, tls, first_byte, transfer.")

    public static let redirects = Metric(
        "diag_http_redirects", .gauge, "Redirects that were followed to the answer of the health request.")
    public static let bodyBytes = Metric(
        "diag_http_body_bytes", .gauge, "Size of the health request's answer, unpacked, up to where it was read.")
    public static let version = Metric(
        "diag_http_version", .gauge, "HTTP version of the health request's answer: 1.1, 2.")
    public static let failedChecks = Metric(
        "diag_http_failed_checks", .gauge, "Checks of the health request's answer that were not met.")

    public static let requests = counter(
        "diag_application_requests_total", "HTTP requests served by the application, by status code.")
    public static let durationBucket = counter(
        "diag_application_request_duration_seconds_bucket", "Requests that took at most le seconds.")
    public static let durationCount = counter(
        "diag_application_request_duration_seconds_count", "Requests whose duration was measured.")
    public static let durationSum = counter(
        "diag_application_request_duration_seconds_sum", "Summed duration of requests in seconds.")
    public static let durationQuantile = Metric(
        "diag_application_request_duration_quantile_seconds", .gauge,
        "Request duration as the application's own summary gives it, by quantile (the label q).", isExported: false,
        summedOver: unbounded)
    public static let authFailures = counter(
        "diag_application_auth_failures_total", "Failed authentications counted by the application.")
    public static let rateLimitHits = counter(
        "diag_application_rate_limit_hits_total", "Requests that hit a rate limit of the application.")
    public static let debates = counter("diag_application_debates_total", "Debates by how they ended.")
    public static let slowDebates = Metric(
        "diag_application_slow_debates", .gauge, "Debates running for longer than the application's own limit.")
    public static let quotaRemaining = Metric(
        "diag_application_quota_remaining", .gauge, "Calls left of an API provider's quota.")
    public static let agentRateLimits = counter(
        "diag_application_agent_rate_limits_total", "Rate limits that agents ran into at their providers.")
    public static let agentErrors = counter("diag_application_agent_errors_total", "Failed calls of agents.")
    public static let agentCalls = counter("diag_application_agent_calls_total", "Calls of agents.")
    public static let metricsMalformed = Metric(
        "diag_application_metrics_malformed_lines", .gauge, "Lines of the application's metrics that are malformed.")

    public static let all =
        [
            healthUp, healthStatus, healthSeconds, phaseSeconds, redirects, bodyBytes, version, failedChecks, requests,
            durationBucket,
            durationCount, durationSum,
            durationQuantile, authFailures, rateLimitHits, debates, slowDebates, quotaRemaining, agentRateLimits,
            agentErrors, agentCalls, metricsMalformed,
        ] + ConnectionMetrics.all

    /// The application's own series, read along for conditions.
    private static func counter(_ name: String, _ help: String) -> Metric {
        Metric(name, .counter, help, isExported: false, summedOver: unbounded)
    }

    private static let unbounded = ["endpoint", "method"]
}

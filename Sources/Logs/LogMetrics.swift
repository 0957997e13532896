import Diagnostics

/// Every metric that a log probe can emit.
public enum LogMetrics {
    public static let authFailures = Metric(
        "diag_log_auth_failures", .gauge, "Failed authentications in the log's last minutes, by its lines' own times.")
    public static let rateLimitHits = Metric(
        "diag_log_rate_limit_hits", .gauge, "Rate limits hit in the log's last minutes, by its lines' own times.")
    public static let readBytes = Metric(
        "diag_log_read_bytes", .gauge, "Bytes that had to be read of the log and its rotated predecessors.")
    public static let newestLineAge = Metric(
        "diag_log_newest_line_age_seconds", .gauge, "Age of the log's newest line by its own time.")

    public static let all = [authFailures, rateLimitHits, readBytes, newestLineAge]

    static func count(of subject: LogSubject) -> Metric {
        switch subject {
        case .authFailures: authFailures
        case .rateLimit: rateLimitHits
        }
    }
}

import Diagnostics

/// The longer expressions of the catalogue by name, so that its page stays a table.
extension Catalogue {
    /// Cron's usual minute twice over, for Prometheus.
    static let sinceLastSweep = Expression.Span.sincePrevious(window: .seconds(120))

    /// The share of the CPU time available (to the container, where there is one) that was used since the last sweep.
    static let cpu = Expression.ratio(
        .sum(.rate("diag_host_cpu_busy_seconds_total", sinceLastSweep)),
        of: .sum(.rate("diag_host_cpu_capacity_seconds_total", sinceLastSweep)), empty: "no CPU time has passed")

    static let inodes = Expression.latest("diag_host_filesystem_inodes_used_ratio")

    static let connections = Expression.latest("diag_postgresql_connections_used_ratio")

    /// What makes a master another one, beside the labels that name it.
    static let masterIdentity = ["address", "run_id", "config_epoch"]

    /// Requests of the last five minutes, all or those whose status code fits.
    static func requests(_ code: String? = nil) -> Expression {
        let matchers = code.map { [LabelMatcher("code", .fits, $0)] } ?? []
        return .sum(.increase(Series("diag_application_requests_total", matchers), .last(.seconds(300))))
    }

    static let noRequests = "no requests"

    static let p95 = Expression.quantile(
        0.95, .increase("diag_application_request_duration_seconds_bucket", .last(.seconds(300))), by: [],
        empty: noRequests)

    /// Quantiles that the application computed itself cannot be put together; the largest of them is told.
    static let p95OfSummaries = Expression.aggregate(
        .max,
        .latest(Series("diag_application_request_duration_seconds", [LabelMatcher("quantile", .equals, "0.95")])),
        by: [])

    /// What a counter grew by in the last five minutes.
    static func grown(_ metric: String) -> Expression { .increase(Series(metric), .last(.seconds(300))) }

    static func grown(
        _ metric: String, _ relation: LabelMatcher.Relation, _ label: String, _ operand: String
    ) -> Expression {
        .increase(Series(metric, [LabelMatcher(label, relation, operand)]), .last(.seconds(300)))
    }

    /// The application's own counter, or else the 429s among its answers.
    static let rateLimitHits = grown("diag_application_rate_limit_hits_total")
        .otherwise(grown("diag_application_requests_total", .equals, "code", "429"))

    static let expiry = Expression.until(.latest("diag_tls_certificate_expiry_seconds"))

    static let health = Unit.state(one: "passes", zero: "fails")
    static let answer = Unit.state(one: "answers", zero: "does not answer")
    static let change = Unit.state(one: "changed", zero: "unchanged")
    static let failures = Unit.count("failures in 5 min")
    static let hits = Unit.count("hits in 5 min")

    static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    static func days(_ count: Double) -> Double { count * 86400 }
}

import Diagnostics

/// The longer expressions of the catalogue by name, so that its page stays a table.
extension Catalogue {
    /// A target that does not answer at all fails its health check.
    static let health = Expression.latest("diag_http_health_up").otherwise(.silent)

    static let answers = Unit.state(one: "answers", zero: "does not answer")

    /// The share of the CPU time available (to the container, where there is one) that was used since the last sweep;
    /// without an earlier sweep that of a short sample, where the probe took one.
    static let cpu = Expression.ratio(
        .sum(.rate("diag_host_cpu_busy_seconds_total", sinceLastSweep)),
        of: .sum(.rate("diag_host_cpu_capacity_seconds_total", sinceLastSweep)), empty: "no CPU time has passed"
    ).otherwise(.latest("diag_host_cpu_busy_ratio"))

    static let diskSpace = Expression.latest("diag_host_filesystem_used_ratio")

    static let inodes = Expression.latest("diag_host_filesystem_inodes_used_ratio")

    static let connecting = Expression.latest("diag_tcp_connect_seconds")

    /// "Too many clients already" on connect is the alert itself: SQLSTATE 53300, too_many_connections.
    static let connections = Expression.latest("diag_postgresql_connections_used_ratio")
        .otherwise(.rejected(code: "53300"))

    /// Where a pooler is full, its clients are refused just as if the server were.
    static let poolerClients = Expression.latest("diag_pgbouncer_clients_used_ratio").otherwise(
        .rejected(code: "53300"))

    static let lag = Expression.latest("diag_postgresql_replication_lag_seconds")

    static let deadlocks = Expression.increase("diag_postgresql_deadlocks_total", sinceLastSweep)

    static let masterChange = Expression.changed(
        "diag_redis_sentinel_master_info", watching: ["address", "run_id", "config_epoch"],
        explainedBy: "sentinel.master")

    /// While a failover is under way, or after one that a Sentinel missed, clients are sent to different masters.
    static let agreement = Expression.latest("diag_redis_sentinel_agreement")

    static let agree = Unit.state(one: "agree", zero: "disagree")

    static let errorRate = Expression.ratio(requests("5.."), of: requests(), empty: noRequests)

    /// From the histogram; quantiles that the application computed itself cannot be put together, so that of those
    /// the largest is taken.
    static let p95 = Expression.quantile(
        0.95, grown("diag_application_request_duration_seconds_bucket"), by: [], empty: noRequests
    ).otherwise(
        .aggregate(
            .max, .latest(series("diag_application_request_duration_quantile_seconds", "q", .equals, "0.95")), by: []))

    static let slowDebates = Expression.latest("diag_application_slow_debates")

    static let timeouts = Expression.sum(
        .increase(series("diag_application_debates_total", "status", .fits, "timeout|timed_out"), fiveMinutes))

    static let quota = Expression.latest("diag_application_quota_remaining")

    static let refusals = grown("diag_application_agent_rate_limits_total")

    static let loggedFailures = Expression.sum(.latest("diag_log_auth_failures"))

    static let countedFailures = Expression.sum(grown("diag_application_auth_failures_total"))

    static let loggedHits = Expression.sum(.latest("diag_log_rate_limit_hits"))

    /// The application's own counter, or else the 429s among its answers.
    static let countedHits = Expression.sum(grown("diag_application_rate_limit_hits_total"))
        .otherwise(requests("429"))

    /// Of certificates that live for 90 days or longer: a year's and the usual ACME one.
    static let expiry = Expression.until(.latest("diag_tls_certificate_expiry_seconds"))
        .unless(certificateLifetime, is: .below, days(89))

    /// Of shorter ones days say nothing: one of six days would alarm from its first moment to its last.
    static let shareOfLife = Expression.latest("diag_tls_certificate_lifetime_left_ratio")
        .unless(certificateLifetime, is: .above, days(89))

    private static let certificateLifetime: Series = "diag_tls_certificate_lifetime_seconds"

    static let failures = Unit.count("failures in 5 min")
    static let hits = Unit.count("hits in 5 min")
}

extension Catalogue {
    static let fiveMinutes = Expression.Span.last(.seconds(300))
    static let sinceLastSweep = Expression.Span.sincePrevious(window: .seconds(300))

    /// Requests of the last five minutes, all or those whose status code fits.
    static func requests(_ code: String? = nil) -> Expression {
        let metric = "diag_application_requests_total"
        return .sum(.increase(code.map { series(metric, "code", .fits, $0) } ?? Series(metric), fiveMinutes))
    }

    static let allRequests = Condition.Volume(expression: requests(), noun: "requests")

    static let noRequests = "no requests"

    /// What a counter grew by in the last five minutes.
    static func grown(_ metric: String) -> Expression { .increase(Series(metric), fiveMinutes) }

    static func series(
        _ metric: String, _ label: String, _ relation: LabelMatcher.Relation, _ operand: String
    ) -> Series {
        Series(metric, [LabelMatcher(label, relation, operand)])
    }

    static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    static func days(_ count: Double) -> Double { count * 86400 }
}

import Diagnostics

/// The seventeen alerts of the runbook, with the runbook's own names, severities, thresholds and times.
///
/// An entry reads: name, severity, title; where it is looked for, what is measured, when that is too much; for how long.
public enum Catalogue {
    public static let alerts: [Alert] = [
        Alert(
            "InstanceDown", .p1, "An instance is down",
            [
                .on(.http, "health check", .latest("diag_http_health_up").otherwise(.answered), .below, 1, health),
                .on(.postgresql, "server", .answered, .below, 1, answer),
                .on(.redis, "server", .answered, .below, 1, answer),
            ], .instanceDown),
        Alert(
            "HighCPUUsage", .p2, "CPU is busy",
            [
                .on(.host, "CPU", cpu.otherwise(.latest("diag_host_cpu_busy_ratio")), .above, 0.80, .ratio)
            ], for: minutes(5), .highCPUUsage),
        Alert(
            "HighMemoryUsage", .p2, "Memory is short",
            [
                .on(.host, "memory", .latest("diag_host_memory_used_ratio"), .above, 0.85, .ratio)
            ], for: minutes(5), .highMemoryUsage),
        Alert(
            "DiskSpaceLow", .p2, "A disk is nearly full",
            [
                .on(.host, "disk", .latest("diag_host_filesystem_used_ratio"), .above, 0.85, .ratio),
                .on(.host, "inodes", inodes, .above, 0.85, .ratio, source: "inodes", isOptional: true),
            ], .diskSpaceLow),
        Alert(
            "NetworkLatencyHigh", .p3, "The way to a database is slow",
            [
                .on(
                    .postgresql, "connect", .latest("diag_tcp_connect_seconds"), .above, 0.1, .milliseconds,
                    isOptional: true),
                .on(
                    .redis, "connect", .latest("diag_tcp_connect_seconds"), .above, 0.1, .milliseconds, isOptional: true
                ),
            ], .networkLatencyHigh),

        Alert(
            "PostgreSQLConnectionsExhausted", .p1, "PostgreSQL runs out of connections",
            [
                .on(.postgresql, "connections", connections.otherwise(.rejected(code: "53300")), .above, 0.90, .ratio)
            ], .postgreSQLConnectionsExhausted),
        Alert(
            "PostgreSQLReplicationLag", .p2, "A standby lags behind",
            [
                .on(
                    .postgresql, "lag", .latest("diag_postgresql_replication_lag_seconds"), .above, 30, .seconds,
                    isOptional: true)
            ], .postgreSQLReplicationLag),
        Alert(
            "PostgreSQLDeadlocks", .p2, "Transactions deadlocked",
            [
                .on(
                    .postgresql, "", .increase("diag_postgresql_deadlocks_total", sinceLastSweep), .above, 0,
                    .count("deadlocks"))
            ], keepFiringFor: minutes(10), .postgreSQLDeadlocks),

        Alert(
            "RedisMemoryFull", .p1, "Redis memory is full",
            [
                .on(.redis, "memory", .latest("diag_redis_memory_used_ratio"), .above, 0.95, .ratio)
            ], .redisMemoryFull),
        Alert(
            "RedisSentinelFailover", .p2, "The Redis master changed",
            [
                .on(
                    .sentinel, "master", .changed("diag_redis_sentinel_master_info", watching: masterIdentity), .above,
                    0, change)
            ], keepFiringFor: minutes(10), .redisSentinelFailover),

        Alert(
            "HighErrorRate", .p1, "Requests fail",
            [
                .on(
                    .http, "errors", .ratio(requests("5.."), of: requests(), empty: noRequests), .above, 0.05, .ratio,
                    volume: requests())
            ], for: minutes(5), .highErrorRate),
        Alert(
            "APILatencyHigh", .p2, "Requests are slow",
            [
                .on(.http, "p95", p95.otherwise(p95OfSummaries), .above, 2, .seconds, volume: requests())
            ], .apiLatencyHigh),
        Alert(
            "DebateTimeout", .p3, "A debate took too long",
            [
                .on(
                    .http, "", .latest("diag_application_slow_debates"), .above, 0, .count("slow debates"),
                    source: "debates running"),
                .on(
                    .http, "", .sum(grown("diag_application_debates_total", .fits, "status", "timeout|timed_out")),
                    .above, 0,
                    .count("debates timed out"), source: "debates counted", isAdjustable: false),
            ], .debateTimeout),
        Alert(
            "AgentQuotaExceeded", .p3, "An agent provider's quota is used up",
            [
                .on(
                    .http, "", .latest("diag_application_quota_remaining"), .atMost, 0, .count("calls left"),
                    source: "quota"),
                .on(
                    .http, "", grown("diag_application_agent_rate_limits_total"), .above, 0, .count("calls refused"),
                    source: "refused calls", isAdjustable: false),
            ], .agentQuotaExceeded),

        Alert(
            "AuthFailuresSpike", .p2, "Many logins fail",
            [
                .on(
                    .log, "", .sum(.latest("diag_log_auth_failures")), .above, 100, failures, source: "log",
                    isOptional: true),
                .on(
                    .http, "", .sum(grown("diag_application_auth_failures_total")), .above, 100, failures,
                    source: "counter"),
            ], .authFailuresSpike),
        Alert(
            "RateLimitTriggered", .p3, "Clients hit the rate limit",
            [
                .on(
                    .log, "", .sum(.latest("diag_log_rate_limit_hits")), .above, 0, hits, source: "log",
                    isOptional: true),
                .on(.http, "", .sum(rateLimitHits), .above, 0, hits, source: "counter"),
            ], .rateLimitTriggered),
        Alert(
            "CertificateExpiringSoon", .p2, "A certificate expires soon",
            [
                .on(.tls, "certificate expires in", expiry, .below, days(14), .days),
                .on(.http, "certificate expires in", expiry, .below, days(14), .days, isOptional: true),
                .on(.postgresql, "certificate expires in", expiry, .below, days(14), .days, isOptional: true),
                .on(.redis, "certificate expires in", expiry, .below, days(14), .days, isOptional: true),
            ], .certificateExpiringSoon),
    ]
}

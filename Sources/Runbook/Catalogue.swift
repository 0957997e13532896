import Diagnostics

/// The seventeen alerts of the runbook, with the runbook's own names, severities, thresholds and times.
///
/// An entry reads: name, severity, words (in `Texts/`), for how long; then where it is looked for, what is measured
/// there, and when that is too much. Longer expressions have a name in `Catalogue+Expressions.swift`.
public enum Catalogue {
    public static let alerts: [Alert] = [
        Alert("InstanceDown", .p1, .instanceDown)
            .when(.http, measured: "health check", health, is: .below, 1, .state(one: "passes", zero: "fails"))
            .when(.postgresql, .pgbouncer, .redis, measured: "server", .answered, is: .below, 1, answers)
            .when(.network, measured: "port", .answered, is: .below, 1, answers),
        Alert("HighCPUUsage", .p2, .highCPUUsage, for: minutes(5))
            .when(.host, measured: "CPU", cpu, is: .above, 0.80, .ratio),
        Alert("HighMemoryUsage", .p2, .highMemoryUsage, for: minutes(5))
            .when(.host, measured: "memory", .latest("diag_host_memory_used_ratio"), is: .above, 0.85, .ratio),
        Alert("DiskSpaceLow", .p2, .diskSpaceLow)
            .when(.host, measured: "space used", diskSpace, is: .above, 0.85, .ratio)
            .when(.host, measured: "inodes used", inodes, is: .above, 0.85, .ratio, by: "inodes", .optional),
        Alert("NetworkLatencyHigh", .p3, .networkLatencyHigh)
            .when(
                .postgresql, .pgbouncer, .redis, .network, measured: "connecting", connecting, is: .above, 0.100,
                .milliseconds, .optional),

        Alert("PostgreSQLConnectionsExhausted", .p1, .postgreSQLConnectionsExhausted)
            .when(.postgresql, measured: "connections", connections, is: .above, 0.90, .ratio)
            .when(.pgbouncer, measured: "clients of the pooler", poolerClients, is: .above, 0.90, .ratio),
        Alert("PostgreSQLReplicationLag", .p2, .postgreSQLReplicationLag)
            .when(.postgresql, measured: "lag", lag, is: .above, 30, .seconds, .optional),
        Alert("PostgreSQLDeadlocks", .p2, .postgreSQLDeadlocks, keepFiringFor: minutes(10))
            .when(.postgresql, measured: "", deadlocks, is: .above, 0, .count("deadlocks")),

        Alert("RedisMemoryFull", .p1, .redisMemoryFull)
            .when(.redis, measured: "memory", .latest("diag_redis_memory_used_ratio"), is: .above, 0.95, .ratio),
        Alert("RedisSentinelFailover", .p2, .redisSentinelFailover, keepFiringFor: minutes(10))
            .when(
                .sentinel, measured: "master", masterChange, is: .above, 0, .state(one: "changed", zero: "unchanged")
            )
            .when(.sentinel, measured: "Sentinels", agreement, is: .below, 1, agree, by: "agreement", .optional),

        Alert("HighErrorRate", .p1, .highErrorRate, for: minutes(5))
            .when(.http, measured: "errors", errorRate, is: .above, 0.05, .ratio, volume: allRequests),
        Alert("APILatencyHigh", .p2, .apiLatencyHigh)
            .when(.http, measured: "p95", p95, is: .above, 2, .seconds, volume: allRequests),
        Alert("DebateTimeout", .p3, .debateTimeout)
            .when(.http, measured: "", slowDebates, is: .above, 0, .count("slow debates"), by: "running debates")
            .when(.http, measured: "", timeouts, is: .above, 0, .count("debates timed out"), by: "ended debates"),
        Alert("AgentQuotaExceeded", .p3, .agentQuotaExceeded)
            .when(.http, measured: "", quota, is: .atMost, 0, .count("calls left"), by: "quota")
            .when(.http, measured: "", refusals, is: .above, 0, .count("calls refused"), by: "refused calls"),

        Alert("AuthFailuresSpike", .p2, .authFailuresSpike)
            .when(.log, measured: "", loggedFailures, is: .above, 100, failures, by: "log", .optional)
            .when(.http, measured: "", countedFailures, is: .above, 100, failures, by: "counter"),
        Alert("RateLimitTriggered", .p3, .rateLimitTriggered)
            .when(.log, measured: "", loggedHits, is: .above, 0, hits, by: "log", .optional)
            .when(.http, measured: "", countedHits, is: .above, 0, hits, by: "counter"),
        // Short-lived ones by the share that the 14 days are of the usual 90.
        Alert("CertificateExpiringSoon", .p2, .certificateExpiringSoon)
            .when(.tls, measured: "expires in", expiry, is: .below, days(14), .days)
            .when(.tls, measured: "lifetime left", shareOfLife, is: .below, 0.15, .ratio, by: "lifetime", .optional)
            .when(.http, .postgresql, .redis, measured: "expires in", expiry, is: .below, days(14), .days, .incidental)
            .when(
                .http, .postgresql, .redis, measured: "lifetime left", shareOfLife, is: .below, 0.15, .ratio,
                by: "lifetime", .incidental),
    ]
}

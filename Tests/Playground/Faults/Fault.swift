/// Something that goes wrong, by name; each can be brought about and mended again.
public enum Fault: String, CaseIterable, Sendable {
    /// Sessions until PostgreSQL says "too many clients" (53300).
    case exhaustConnections = "exhaust-connections"
    /// Sessions until two slots are left to ordinary roles: more than 90 % of them, and diagnosis still gets in.
    case crowdConnections = "crowd-connections"
    /// Sessions of several applications that do nothing.
    case idleSessions = "idle-sessions"
    /// Replay is paused on the standby while the primary writes.
    case stopReplay = "stop-replay"
    /// The standby loses its connection to the primary, which writes.
    case cutReplication = "cut-replication"
    /// Two sessions wait for each other until PostgreSQL ends one. Can be brought about again and again.
    case deadlock
    /// A queue behind an ACCESS EXCLUSIVE lock that waits for a session idle in its transaction.
    case lockPileup = "lock-pileup"
    /// Keys of all types until Redis refuses more.
    case fillRedis = "fill-redis"
    /// The Sentinels make the replica the master; mended, they make it a replica again.
    case failover
    /// The certificate of the endpoint `web` has nine days left.
    case certificate
    /// The health endpoints answer 503.
    case instanceDown = "instance-down"
    /// Nobody listens on the application's port.
    case instanceStopped = "instance-stopped"
    /// A fifth of the requests end with 500.
    case errorRate = "error-rate"
    /// Requests take three seconds.
    case slowResponses = "slow-responses"
    /// Debates run into their time limit, and two are far too slow.
    case debateTimeout = "debate-timeout"
    /// One provider has no calls left and says so.
    case quotaExceeded = "quota-exceeded"
    /// 150 failed logins in this minute, in the logs and the counters.
    case authFailures = "auth-failures"
    /// 60 requests turned away in this minute, in the logs and the counters.
    case rateLimit = "rate-limit"
    /// Connecting to the standby takes a second.
    case networkLatency = "network-latency"
    /// The recorded host's processors are 97 % busy.
    case cpu
    /// The recorded host has 6 % of its memory left.
    case memory
    /// The recorded host's root is more than 90 % full.
    case disk

    /// Leaves nothing behind to mend, and can be brought about again and again.
    var isOverAtOnce: Bool { self == .deadlock }

    /// The alert of the runbook that this is about.
    public var alert: String {
        switch self {
        case .exhaustConnections, .crowdConnections, .idleSessions: "PostgreSQLConnectionsExhausted"
        case .stopReplay, .cutReplication: "PostgreSQLReplicationLag"
        case .deadlock, .lockPileup: "PostgreSQLDeadlocks"
        case .fillRedis: "RedisMemoryFull"
        case .failover: "RedisSentinelFailover"
        case .certificate: "CertificateExpiringSoon"
        case .instanceDown, .instanceStopped: "InstanceDown"
        case .errorRate: "HighErrorRate"
        case .slowResponses: "APILatencyHigh"
        case .debateTimeout: "DebateTimeout"
        case .quotaExceeded: "AgentQuotaExceeded"
        case .authFailures: "AuthFailuresSpike"
        case .rateLimit: "RateLimitTriggered"
        case .networkLatency: "NetworkLatencyHigh"
        case .cpu: "HighCPUUsage"
        case .memory: "HighMemoryUsage"
        case .disk: "DiskSpaceLow"
        }
    }
}

/// Which lines are meant, and where in them the source, the endpoint and the user stand.
public struct LogPattern: Sendable, Hashable {
    /// A line must contain one of these; upper and lower case are the same in ASCII.
    public var contains: [String]
    /// It must contain none of these.
    public var unless: [String]
    /// Where not empty, the path of the request in the line must contain one of these.
    public var paths: [String]
    /// Where the address stands that the request came from.
    ///
    /// Behind a proxy the first word of an access log is the proxy: choose `.forwarded` or `.key` then. What a client
    /// sends as X-Forwarded-For is not to be trusted unless the proxy overwrites it.
    public var source: LogField
    public var endpoint: LogField
    public var user: LogField

    public init(
        contains: [String], unless: [String] = [], paths: [String] = [], source: LogField = .automatic,
        endpoint: LogField = .automatic, user: LogField = .automatic
    ) {
        self.contains = contains
        self.unless = unless
        self.paths = paths
        self.source = source
        self.endpoint = endpoint
        self.user = user
    }
}

extension LogPattern {
    /// Failed authentications as applications, sshd, PostgreSQL and web servers write them.
    public static let authFailures: [LogPattern] = [
        LogPattern(contains: ["status=401"], paths: loginPaths, source: .key("ip"), endpoint: .request),
        LogPattern(contains: ["\" 401 "], paths: loginPaths, source: .first, endpoint: .request, user: .word(3)),
        LogPattern(
            contains: [
                "authentication failed", "authentication failure", "failed password", "failed login", "login failed",
            ],
            unless: repeatedByPAM),
    ]

    /// Rate limits hit as applications and nginx write them: status 429, or the words.
    public static let rateLimit: [LogPattern] = [
        LogPattern(contains: ["status=429"], source: .key("ip"), endpoint: .request),
        LogPattern(contains: ["\" 429 "], source: .first, endpoint: .request, user: .word(3)),
        LogPattern(
            contains: ["limiting requests", "limiting connections"], unless: ["dry run"], source: .key("client"),
            endpoint: .request, user: .none),
        LogPattern(contains: ["rate limit", "rate_limit", "rate-limit", "ratelimit", "too many requests"]),
    ]

    private static let loginPaths = ["login", "signin", "sign-in", "auth", "token", "session"]

    /// sshd says `Failed password` itself; PAM's line about the same attempt would count it twice, and its summary
    /// (`PAM 2 more authentication failures`) again.
    private static let repeatedByPAM = ["pam_unix(sshd:auth)", "pam_sss(sshd:auth)", "more authentication failure"]
}

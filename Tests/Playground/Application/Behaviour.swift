/// How the application is doing: the knobs. What is a rate moves counters from one scrape to the next.
public struct Behaviour: Sendable {
    /// What all health endpoints answer.
    public var healthStatus = 200
    /// The word in the health endpoints' body; `nil` for each one's own: `ok`, `ready`, `healthy`.
    public var healthWord: String?
    /// How long every answer takes.
    public var answerDelay = Duration.zero
    public var requestsPerSecond = 50.0
    /// The share of requests that end with status 500, 0…1.
    public var errorRatio = 0.0
    /// How long requests take that count in the histogram, in seconds.
    public var requestSeconds = 0.03
    public var authenticationFailuresPerSecond = 0.0
    public var rateLimitHitsPerSecond = 0.0
    public var debatesCompletedPerSecond = 1.0
    public var debateTimeoutsPerSecond = 0.0
    /// Debates that run longer than they should, at this moment.
    public var slowDebates = 0
    public var activeDebates = 3
    /// Calls that are left with each provider of models.
    public var quotaRemaining = ["anthropic": 800.0, "openai": 900.0]
    public var agentCallsPerSecond = 5.0
    /// The share of calls that fail, 0…1.
    public var agentErrorRatio = 0.0
    public var agentRateLimitsPerSecond = 0.0
    /// Without the Prometheus client library the application writes `name{…}_count`, which no parser takes.
    public var writesMalformedMetrics = false
    /// The metrics endpoint answers 429 and JSON.
    public var limitsMetrics = false
    /// The application was seen to ask for a token on its detailed endpoints.
    public var asksForToken = true
    /// Answers nothing at all any more: connecting is refused.
    public var isDown = false

    public init() {}
}

/// What the application has counted since it started.
///
/// Counts come from rates and the time that passed, in whole numbers: what is left of a number waits for the next
/// time, so a share of 0.1 is a share of 0.1 over any hundred requests.
struct Traffic: Sendable {
    struct Request: Hashable {
        var endpoint = "/api/v1/debates"
        var method = "GET"
        var status = "200"
    }

    struct Histogram {
        /// Upper bounds as the application has them, in seconds.
        static let bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        var buckets = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0

        mutating func observe(_ seconds: Double, times: Int) {
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { buckets[index] += times }
            count += times
            sum += seconds * Double(times)
        }
    }

    var requests: [Request: Int] = [:]
    var durations: [Request: Histogram] = [:]
    var authenticationFailures = 0
    var rateLimitHits = 0
    var debatesCompleted = 0
    var debateTimeouts = 0
    var agentCalls = 0
    var agentErrors = 0
    var agentRateLimits = 0
    private var remainders: [String: Double] = [:]

    mutating func advance(seconds: Double, _ behaviour: Behaviour) {
        serve(whole("requests", behaviour.requestsPerSecond * seconds), behaviour)
        failLogins(whole("logins", behaviour.authenticationFailuresPerSecond * seconds))
        limit(whole("limits", behaviour.rateLimitHitsPerSecond * seconds))
        debatesCompleted += whole("completed", behaviour.debatesCompletedPerSecond * seconds)
        debateTimeouts += whole("timeouts", behaviour.debateTimeoutsPerSecond * seconds)
        callAgents(whole("calls", behaviour.agentCallsPerSecond * seconds), behaviour)
        agentRateLimits += whole("agent limits", behaviour.agentRateLimitsPerSecond * seconds)
    }

    mutating func serve(_ count: Int, _ behaviour: Behaviour) {
        let errors = whole("errors", Double(count) * behaviour.errorRatio)
        add(Request(), count - errors, seconds: behaviour.requestSeconds)
        add(Request(status: "500"), errors, seconds: behaviour.requestSeconds)
    }

    mutating func failLogins(_ count: Int) {
        authenticationFailures += count
        add(Request(endpoint: "/api/v1/auth/login", method: "POST", status: "401"), count, seconds: 0.004)
    }

    mutating func limit(_ count: Int) {
        rateLimitHits += count
        add(Request(endpoint: "/api/v1/auth/login", method: "POST", status: "429"), count, seconds: 0.006)
    }

    private mutating func callAgents(_ count: Int, _ behaviour: Behaviour) {
        agentCalls += count
        agentErrors += whole("agent errors", Double(count) * behaviour.agentErrorRatio)
    }

    private mutating func add(_ request: Request, _ count: Int, seconds: Double) {
        requests[request, default: 0] += count
        durations[request, default: Histogram()].observe(seconds, times: count)
    }

    private mutating func whole(_ name: String, _ amount: Double) -> Int {
        let total = remainders[name, default: 0] + amount
        // A hair more, so that ten times 0.1 is one.
        let count = Int(total + 1e-9)
        remainders[name] = total - Double(count)
        return count
    }
}

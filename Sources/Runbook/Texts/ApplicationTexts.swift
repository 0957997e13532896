extension AlertText {
    static let highErrorRate = AlertText(
        .application, "Requests fail",
        meaning: "More than a few requests end in a server error (5xx): users see failures.",
        evidence: ["http.endpoints.errors", "http.health", "http.metrics.malformed", "container."],
        nextSteps: [
            .look("See which endpoints fail, and what the health check says", "diag http {target}"),
            .look("See whether something it depends on is in trouble", "diag sweep"),
            .look(
                "Read the errors",
                "kubectl logs -n production deployment/aragora --since=10m | grep -i error | tail -50"),
            .look("See what was deployed lately", "diag containers aragora"),
            .act("Go back to the version before", "kubectl rollout undo deployment/aragora -n production"),
            .act("Open the circuit breaker of what it depends on", "curl <application>/api/v1/admin/circuit-breakers"),
            .act("Add replicas if it is the load", "kubectl scale deployment/aragora --replicas=5 -n production"),
        ])

    static let apiLatencyHigh = AlertText(
        .application, "Requests are slow",
        meaning: "One request in twenty takes longer than this.",
        evidence: ["http.endpoints.slow"],
        nextSteps: [
            .look("See which endpoints are slow", "diag http {target}"),
            .look("See whether queries wait for locks", "diag pg locks"),
            .look("See the slowest queries", "diag pg statements"),
            .look("See CPU, memory and disks", "diag host"),
            .look("See how long the agents' providers take: the agent latency series in", "diag http {target}"),
            .act("Turn the query cache on", "curl -X POST <application>/api/v1/admin/cache/enable"),
            .act("Add readers", "kubectl scale deployment/aragora-reader --replicas=3 -n production"),
            .act("Let the CDN serve what does not change"),
        ])

    static let debateTimeout = AlertText(
        .application, "A debate took too long",
        meaning: "A debate ran past its time limit: an agent is stuck, or its provider is slow.",
        evidence: ["http.debates"],
        nextSteps: [
            .look("See the debates that run, the slow ones first", "diag http {target}"),
            .look("See one of them", "curl -s <application>/api/v1/debates/<debate_id>"),
            .look("See its agents", "curl -s <application>/api/v1/debates/<debate_id>/agents"),
            .act("End it in good order", "curl -X POST <application>/api/v1/debates/<debate_id>/terminate"),
            .act("Restart the agents if one is stuck", "curl -X POST <application>/api/v1/admin/agents/restart"),
        ])

    static let agentQuotaExceeded = AlertText(
        .application, "A provider's quota is used up",
        meaning: "A provider refuses further calls: debates fall back to others, or wait.",
        evidence: ["http.agents"],
        nextSteps: [
            .look("See what is left at each provider, and the calls so far", "diag http {target}"),
            .look("See the state of all providers", "curl -s <application>/api/v1/admin/agents/status"),
            .act(
                "Let agents fall back to another provider",
                "curl -X POST <application>/api/v1/admin/agents/fallback/enable"),
            .act(
                "Run fewer agents at a time",
                "curl -X PATCH <application>/api/v1/admin/config -H 'Content-Type: application/json'"
                    + " -d '{\"max_concurrent_agents\": 3}'"),
            .look("Or wait until the quota is renewed, most often by the hour or the day"),
        ])
}

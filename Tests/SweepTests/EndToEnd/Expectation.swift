import Playground
import Testing

/// What a fault of the playground must make of a sweep.
struct Expectation: Sendable, CustomTestStringConvertible {
    let fault: Fault
    /// Where the alert fires: the targets' names.
    let targets: [String]
    /// Who speaks, where there are several sources.
    var source = ""
    /// In base units, a little slack included.
    let value: ClosedRange<Double>
    /// Parts of the sentence that a person reads.
    var words: [String] = []
    /// Ids of evidence that the finding carries, each with a word that stands in it.
    var evidence: [(id: String, word: String)] = []
    /// Alerts that fire along with it, and rightly so.
    var company: Set<String> = []
    /// Undoing it brings the alert about once more: a master that changes back has changed.
    var mendingFires = false

    var alert: String { fault.alert }
    var testDescription: String { fault.rawValue }
}

extension Expectation {
    static let all = database + redis + infrastructure + application + security

    private static let database = [
        Expectation(
            fault: .exhaustConnections, targets: ["primary"], value: 1...1, words: ["connections 100.0 % > 90 %"],
            evidence: [("postgresql.connections", "no slot is left")]),
        Expectation(
            fault: .crowdConnections, targets: ["primary"], value: 0.9...1, words: ["connections", "> 90 %"],
            evidence: [("postgresql.connections.clients", "worker"), ("postgresql.connections.states", "idle")]),
        Expectation(
            fault: .stopReplay, targets: ["standby"], value: 1...600, words: ["lag"],
            evidence: [("postgresql.replication.receiver", "paused")]),
        Expectation(
            fault: .cutReplication, targets: ["standby"], value: 1...600, words: ["lag"],
            evidence: [("postgresql.replication.receiver", "")]),
        Expectation(
            fault: .deadlock, targets: ["primary"], value: 1...1, words: ["app", "1 deadlock"],
            evidence: [("postgresql.deadlocks", "app")]),
    ]

    private static let redis = [
        Expectation(
            fault: .fillRedis, targets: ["cache"], value: 0.95...1.1, words: ["memory", "> 95 %"],
            evidence: [("redis.memory", ""), ("redis.eviction", "noeviction")]),
        Expectation(
            fault: .failover, targets: ["sentinel-1", "sentinel-2", "sentinel-3"], value: 1...1,
            words: ["mymaster", "→", "epoch"], evidence: [("sentinel.masters", "mymaster")], mendingFires: true),
    ]

    private static let infrastructure = [
        Expectation(
            fault: .instanceDown, targets: ["app"], value: 0...0, words: ["fails", "503"],
            evidence: [("http.health", "503")]),
        Expectation(
            fault: .instanceStopped, targets: ["app"], value: 0...0, words: ["fails", "refused"]),
        Expectation(
            fault: .networkLatency, targets: ["standby"], value: 0.9...20, words: ["connecting", "> 100 ms"]),
        Expectation(
            fault: .cpu, targets: ["this-host"], value: 0.8...0.98, words: ["CPU", "> 80 %"],
            evidence: [("host.cpu", ""), ("host.pressure", "")]),
        Expectation(
            fault: .memory, targets: ["this-host"], value: 0.93...0.95, words: ["memory 94.0 %", "> 85 %"],
            evidence: [("host.memory", "")]),
        Expectation(
            fault: .disk, targets: ["this-host"], value: 0.9...0.95, words: ["/ space used", "> 85 %"],
            evidence: [("host.filesystems", "/")]),
    ]

    private static let application = [
        Expectation(
            fault: .errorRate, targets: ["app"], value: 0.05...0.2, words: ["errors", "> 5 %"],
            evidence: [("http.endpoints.errors", "/api/v1/debates")]),
        Expectation(
            fault: .slowResponses, targets: ["app"], value: 2...5, words: ["p95", "> 2 s"],
            evidence: [("http.endpoints.slow", "/api/v1/debates")]),
        Expectation(
            fault: .debateTimeout, targets: ["app"], source: "running debates", value: 2...2,
            words: ["2 slow debates"], evidence: [("http.debates.slow", "debate-1")]),
        Expectation(
            fault: .debateTimeout, targets: ["app"], source: "ended debates", value: 10...200,
            words: ["debates timed out"]),
        Expectation(
            fault: .quotaExceeded, targets: ["app"], source: "quota", value: 0...0, words: ["openai", "0 calls left"],
            evidence: [("http.agents", "openai")]),
        Expectation(
            fault: .quotaExceeded, targets: ["app"], source: "refused calls", value: 10...200,
            words: ["openai", "calls refused"]),
    ]

    private static let security = [
        Expectation(
            fault: .authFailures, targets: ["auth"], source: "log", value: 150...150,
            words: ["150 failures", "> 100"],
            evidence: [("logs.auth_failures.sources", "10.1.2.3"), ("logs.auth_failures.users", "bob")]),
        Expectation(
            fault: .authFailures, targets: ["app"], source: "counter", value: 150...150, words: ["150 failures"],
            evidence: [("http.auth", "bad_password")]),
        Expectation(
            fault: .rateLimit, targets: ["access"], source: "log", value: 60...60, words: ["60 hits"],
            evidence: [("logs.rate_limit.endpoints", "/api/v1/auth/login"), ("logs.rate_limit.sources", "10.9.8.1")]),
        Expectation(
            fault: .rateLimit, targets: ["app"], source: "counter", value: 60...60, words: ["60 hits"],
            evidence: [("http.endpoints.rate_limited", "/api/v1/auth/login")]),
        Expectation(
            fault: .certificate, targets: ["web"], value: 8.9 * 86400...9 * 86400, words: ["expires in", "< 14 days"],
            evidence: [("tls.chain", "app.example.test"), ("tls.expiry", "")]),
    ]
}

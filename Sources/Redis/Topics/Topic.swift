import Diagnostics

/// One subject that the probe can look into: what it asks of a server, and what it makes of the answers.
///
/// A topic is one file: the type, and a `RedisProbe.Question` by which others ask for it. INFO is asked for all of them.
protocol Topic: Sendable {
    /// Asked in the first round trip, together with what the other topics ask. What two of them ask is asked once.
    var asks: [RedisCommand] { get }
    /// Names of settings that it reads, by CONFIG GET in the first round trip.
    var settings: [String] { get }
    /// What the first answers call for: asked in a second round trip, which there is only where a topic has something
    /// to ask.
    func asksMore(after reading: Reading) -> [RedisCommand]
    /// Whether it tells how fast things go: INFO is then asked again after a moment, see `Reading.later`.
    var watches: Bool { get }
    /// Asked again together with INFO by a topic that watches.
    func asksAgain(after reading: Reading) -> [RedisCommand]
    /// How many PINGs, one after another, are spread over that moment.
    var pings: Int { get }
    /// Metrics that are missing when `report` throws.
    var metrics: [Metric] { get }
    /// Writes samples, evidence and gaps. What the user may not ask, or this server doesn't know, is told by the probe,
    /// once for all topics: a topic only leaves it out.
    ///
    /// - Throws: what stood in the way; then each of `metrics` is missing because of it.
    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError)
}

extension Topic {
    var asks: [RedisCommand] { [] }
    var settings: [String] { [] }
    func asksMore(after reading: Reading) -> [RedisCommand] { [] }
    var watches: Bool { false }
    func asksAgain(after reading: Reading) -> [RedisCommand] { [] }
    var pings: Int { 0 }
    var metrics: [Metric] { [] }
}

import Diagnostics

/// Which server it is: always told, before all else.
///
/// Evidence: `redis.server`, `redis.security`.
struct ServerTopic: Topic {
    func report(_ reading: Reading, to content: inout Observation.Content) {
        content.sampleServer(reading.info)
        let server = reading.info.server
        let facts = [
            server.software, server.mode, reading.info.replication.roleInWords,
            server.uptimeSeconds.map { "up for \(Units.seconds(Double($0)))" },
        ]
        content.evidence.append(.fact("redis.server", "Server", facts.compactMap { $0 }.joined(separator: ", ")))
        content.report(reading.security, reading.settings.tls)
    }
}

extension RedisInfo.Replication {
    /// `master`, `replica of 10.0.0.5:6379`.
    var roleInWords: String? { upstream.map { "replica of \($0.address)" } ?? role }
}

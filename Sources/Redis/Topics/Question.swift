import Diagnostics

extension RedisProbe {
    /// What can be asked of a server; each is a constant or a function beside its topic.
    public struct Question: Sendable {
        let topic: any Topic

        init(_ topic: any Topic) { self.topic = topic }
    }
}

extension RedisProbe.Question {
    /// What a sweep asks, and `diag redis info`.
    public static let usual: [Self] = [.overview, .cluster]

    /// What a sweep asks whose conditions need these metrics, by name: the logs are read only where they are judged.
    public static func sweep(measuring metrics: Set<String>) -> [Self] {
        usual + [.slowlogGrowth, .accessDenied].filter { $0.topic.metrics.contains { metrics.contains($0.name) } }
    }
}

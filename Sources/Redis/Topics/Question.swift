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
}

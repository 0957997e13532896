import Diagnostics

extension RedisProbe.Question {
    /// Of a node of a cluster, the cluster as it sees it; nothing of any other server. Evidence: `redis.cluster`.
    public static let cluster = Self(ClusterTopic())
}

struct ClusterTopic: Topic {
    private static let nodes = RedisCommand("CLUSTER", "NODES")
    private static let info = RedisCommand("CLUSTER", "INFO")

    /// Only of one: another server would count the refusal as an error.
    func asksMore(after reading: Reading) -> [RedisCommand] {
        reading.info.isCluster ? [Self.nodes, Self.info] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        guard let text = reading["CLUSTER", "NODES"]?.text else { return }
        let map = ClusterMap(ClusterNode.all(in: text))
        let state = reading["CLUSTER", "INFO"]?.text.map(ClusterState.init)
        map.write(state, to: &content)
        content.evidence.append(.fact("redis.cluster", "Cluster", map.sentence(state)))
    }
}

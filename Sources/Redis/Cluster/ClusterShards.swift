/// What CLUSTER SHARDS (7.0 and later) tells of each node beside CLUSTER NODES: how healthy it takes itself for, and how
/// far it has replicated.
struct ClusterShards: Sendable, Hashable {
    struct Node: Sendable, Hashable {
        /// `online`, `failed` or `loading`.
        let health: String
        let offset: Int64?
    }

    /// By node id.
    let nodes: [String: Node]

    init(_ reply: RESPValue?) {
        let shards = reply?.array ?? []
        let nodes = shards.flatMap { $0.named["nodes"]?.array ?? [] }.map(\.named)
        let pairs = nodes.compactMap { node -> (String, Node)? in
            guard let id = node["id"]?.text else { return nil }
            return (id, Node(health: node["health"]?.text ?? "online", offset: node["replication-offset"]?.integer))
        }
        self.nodes = Dictionary(pairs) { $1 }
    }
}

extension RESPValue {
    /// An array of names and values in turn, the values whole; empty when it is none.
    var named: [String: RESPValue] {
        guard let values = array else { return [:] }
        let pairs = stride(from: 0, to: values.count - 1, by: 2).compactMap { index in
            values[index].text.map { ($0, values[index + 1]) }
        }
        return Dictionary(pairs) { $1 }
    }
}

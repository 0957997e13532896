/// What CLUSTER INFO says: the cluster as one of its nodes sees it.
public struct ClusterState: Sendable, Hashable {
    private let info: RedisInfo

    init(_ text: String) { info = RedisInfo(text) }

    /// Whether the node serves requests.
    public var isOK: Bool? { info.text("cluster_state").map { $0 == "ok" } }
    public var slotsAssigned: Int64? { info.integer("cluster_slots_assigned") }
    public var slotsOK: Int64? { info.integer("cluster_slots_ok") }
    /// Of masters that this node alone cannot reach.
    public var slotsSuspected: Int64? { info.integer("cluster_slots_pfail") }
    public var slotsFailed: Int64? { info.integer("cluster_slots_fail") }
    public var knownNodes: Int64? { info.integer("cluster_known_nodes") }
    /// Masters that serve slots.
    public var size: Int64? { info.integer("cluster_size") }
    public var currentEpoch: Int64? { info.integer("cluster_current_epoch") }
}

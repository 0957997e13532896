import Diagnostics

/// What a node of a cluster tells of the cluster. All of it is that node's own view.
public enum ClusterMetrics {
    public static let state = Metric(
        "diag_redis_cluster_state_ok", .gauge, "1 when the node serves requests (cluster_state:ok), else 0.")
    public static let slotsUncovered = Metric(
        "diag_redis_cluster_slots_uncovered", .gauge,
        "Slots of 16384 that no master serves, or only one that the cluster takes for failed.")
    public static let slotsSuspected = Metric(
        "diag_redis_cluster_slots_pfail", .gauge, "Slots of masters that this node alone cannot reach.")
    public static let nodes = Metric("diag_redis_cluster_known_nodes", .gauge, "Nodes that this node knows.")
    public static let nodesFailed = Metric(
        "diag_redis_cluster_nodes_failed", .gauge, "Nodes that the cluster takes for failed.")
    public static let slotsOpen = Metric(
        "diag_redis_cluster_slots_open", .gauge, "Slots that this node is giving away or taking in.")
    public static let mastersWithoutReplica = Metric(
        "diag_redis_cluster_masters_without_replica", .gauge, "Masters with slots and no healthy replica.")

    public static let all = [
        state, slotsUncovered, slotsSuspected, nodes, nodesFailed, slotsOpen, mastersWithoutReplica,
    ]
}

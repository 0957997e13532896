import Diagnostics

/// A cluster as one of its nodes sees it, with what follows from that. Pure.
public struct ClusterMap: Sendable, Hashable {
    public let nodes: [ClusterNode]

    init(_ nodes: [ClusterNode]) { self.nodes = nodes }

    public var myself: ClusterNode? { nodes.first(where: \.isMyself) }

    /// With slots, in their order.
    public var masters: [ClusterNode] {
        nodes.filter { $0.isMaster && !$0.slots.isEmpty }.sorted { $0.slots < $1.slots }
    }

    func replicas(of master: ClusterNode) -> [ClusterNode] { nodes.filter { $0.masterID == master.id && !$0.isMaster } }

    /// Slots that nobody is named for, and those of masters that have failed.
    public var uncovered: SlotRanges {
        SlotRanges(masters.filter { !$0.hasFailed }.flatMap(\.slots.ranges)).complement
    }

    public var failed: [ClusterNode] { nodes.filter(\.hasFailed) }

    public var suspected: [ClusterNode] { nodes.filter(\.isSuspected) }

    public var withoutReplica: [ClusterNode] {
        masters.filter { master in !replicas(of: master).contains(where: \.isHealthy) }
    }

    /// Who serves what.
    var owners: [String: SlotRanges] { Dictionary(masters.map { ($0.id, $0.slots) }) { $1 } }

    func address(of id: String) -> String { nodes.first { $0.id == id }?.address ?? String(id.prefix(8)) }
}

extension ClusterMap {
    /// The samples of one node's view.
    func write(_ state: ClusterState?, to content: inout Observation.Content) {
        content.add(ClusterMetrics.state, state?.isOK)
        content.add(ClusterMetrics.slotsUncovered, uncovered.count)
        content.add(ClusterMetrics.slotsSuspected, state?.slotsSuspected)
        content.add(ClusterMetrics.nodes, nodes.count)
        content.add(ClusterMetrics.nodesFailed, failed.count)
        content.add(ClusterMetrics.slotsOpen, (myself?.migrating.count ?? 0) + (myself?.importing.count ?? 0))
        content.add(ClusterMetrics.mastersWithoutReplica, withoutReplica.count)
    }

    /// `ok: 3 masters with 3 replicas, all 16384 slots served`.
    func sentence(_ state: ClusterState?) -> String {
        let replicas = nodes.filter(\.isReplica).count
        let slots = uncovered.isEmpty ? "all 16384 slots served" : "\(uncovered.count) slots not served (\(uncovered))"
        let verdict = state?.isOK.map { $0 ? "ok" : "down" } ?? "of unknown state"
        var parts = ["\(verdict): \(masters.count) masters with \(replicas) replicas, \(slots)"]
        if !failed.isEmpty { parts.append("failed: " + failed.map(\.address).sorted().joined(separator: ", ")) }
        if !suspected.isEmpty {
            parts.append("not reached: " + suspected.map(\.address).sorted().joined(separator: ", "))
        }
        return parts.joined(separator: "; ")
    }
}

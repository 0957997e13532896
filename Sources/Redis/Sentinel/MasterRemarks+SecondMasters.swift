import Diagnostics

extension MasterRemarks {
    /// Two that take writes: those of one of them are lost.
    var secondMasters: [Remark] {
        let listed = master.replicas.compactMap { master.nodes[$0.address] }.filter { $0.isMaster == true }
        return listed.map { second($0, isKnown: true) } + master.strangers.map { second($0, isKnown: false) }
    }

    private func second(_ node: NodeReading, isKnown: Bool) -> Remark {
        // Each Sentinel has two connections to each server, and we have one.
        let clients = node.info?.clients.connected.map { $0 - Int64(2 * count) - 1 } ?? 0
        let connected = clients > 0 ? ", with \(Count.of(clients, "client")) connected" : ""
        let fate =
            isKnown
            ? "the Sentinels make it a replica when they reach it" : "no Sentinel knows it, so that it stays one"
        let past = wasBefore(node) ? ", as it was before the failover" : ""
        return .trouble(
            "\(node.address) takes itself for a master too\(past)\(connected): \(losses(node)); \(fate)",
            next: "diag redis clients \(node.address.shellWord)", replicaOf(node.address))
    }

    /// Whether the master was promoted while it followed this one, which does not know of it: the one's history goes on
    /// from the other's (replication.c, shiftReplicationId).
    private func wasBefore(_ node: NodeReading) -> Bool {
        guard let earlier = master.node?.info?.replication.earlierID else { return false }
        return node.info?.replication.replicationID == earlier
    }

    /// What it has taken since then, which the master never got.
    private func losses(_ node: NodeReading) -> String {
        guard wasBefore(node), let end = master.node?.info?.replication.earlierEnd,
            let offset = node.info?.replication.offset, offset > end
        else { return "writes there are lost" }
        return "writes there are lost, \(Units.bytes(offset - end)) of its stream so far"
    }

    private func replicaOf(_ address: String) -> String {
        func parts(_ address: String) -> (String, String) {
            guard let colon = address.lastIndex(of: ":") else { return (address, "6379") }
            return (
                address[..<colon].filter { $0 != "[" && $0 != "]" }, String(address[address.index(after: colon)...])
            )
        }
        let (node, chief) = (parts(address), parts(master.address))
        return "redis-cli -h \(node.0.shellWord) -p \(node.1) REPLICAOF \(chief.0.shellWord) \(chief.1)"
    }
}

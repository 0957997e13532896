import Diagnostics
import Network

extension Deployment {
    /// By CLUSTER NODES, which every version has, with the health that CLUSTER SHARDS adds since 7.0; where neither is
    /// permitted, by CLUSTER SLOTS.
    static func cluster(
        _ connection: inout RedisConnection, _ settings: RedisSettings, _ info: RedisInfo, until deadline: Deadline
    ) async throws(ProbeError) -> Deployment {
        let questions = [RedisCommand("CLUSTER", "NODES"), RedisCommand("CLUSTER", "SHARDS")]
        let replies = await connection.replies(to: questions, until: deadline)
        if let interruption = replies.interruption, replies[0] == nil { throw interruption }
        guard let text = replies[0]?.text else {
            return try await cluster(bySlots: &connection, settings, info, replies[0]?.error, until: deadline)
        }
        return Deployment(
            cluster: ClusterNode.all(in: text), ClusterShards(replies[1]), settings, info)
    }

    init(cluster nodes: [ClusterNode], _ health: ClusterShards, _ settings: RedisSettings, _ info: RedisInfo) {
        func node(_ node: ClusterNode) -> Node {
            let endpoint = node.isMyself ? settings.endpoint : .tcp(host: node.host, port: node.port)
            return Node(
                endpoint: endpoint, role: node.isMaster ? .master : .replica, id: node.id,
                flaw: node.flaw ?? health.nodes[node.id]?.flaw)
        }
        let known = nodes.filter { !$0.host.isEmpty || $0.isMyself }
        let masters = known.filter { $0.isMaster && !$0.slots.isEmpty }.sorted { $0.slots < $1.slots }
        let shards = masters.map { master in
            let replicas = known.filter { $0.masterID == master.id && !$0.isMaster }
            return Shard(
                slots: master.slots, master: node(master),
                replicas: replicas.sorted { $0.address < $1.address }.map(node))
        }
        let myself = nodes.first(where: \.isMyself).map(node) ?? Node(endpoint: settings.endpoint, role: .master)
        let shown = Set(shards.flatMap(\.nodes).compactMap(\.id))
        self.init(
            kind: .cluster, shards: shards, named: myself, settings: settings, info: info,
            others: known.filter { !shown.contains($0.id) }.map(node))
    }

    /// `[[start, end, [ip, port, id…], [replica…]…]…]`; nothing in it tells which node answered.
    private static func cluster(
        bySlots connection: inout RedisConnection, _ settings: RedisSettings, _ info: RedisInfo, _ refusal: RedisError?,
        until deadline: Deadline
    ) async throws(ProbeError) -> Deployment {
        let replies = await connection.replies(to: [RedisCommand("CLUSTER", "SLOTS")], until: deadline)
        guard let entries = replies[0]?.array else {
            throw (replies[0]?.error ?? refusal)?.during("CLUSTER NODES") ?? replies.interruption ?? .closed("CLUSTER")
        }
        let shards = Dictionary(grouping: entries.compactMap(SlotsEntry.init)) { $0.nodes[0].id }.values.map { parts in
            Shard(
                slots: SlotRanges(parts.map(\.slots)), master: parts[0].nodes[0],
                replicas: Array(parts[0].nodes.dropFirst()))
        }
        let sorted = shards.sorted {
            ($0.slots?.ranges.first?.lowerBound ?? 0) < ($1.slots?.ranges.first?.lowerBound ?? 0)
        }
        let named = sorted.flatMap(\.nodes).first { $0.endpoint == settings.endpoint }
        return Deployment(
            kind: .cluster, shards: sorted, named: named ?? Node(endpoint: settings.endpoint, role: .master),
            settings: settings, info: info)
    }

    private struct SlotsEntry {
        let slots: ClosedRange<Int>
        /// The master first.
        let nodes: [Node]

        init?(_ value: RESPValue) {
            guard let parts = value.array, parts.count >= 3, let first = parts[0].integer, let last = parts[1].integer,
                0 <= first, first <= last, last < HashSlot.count
            else { return nil }
            slots = Int(first)...Int(last)
            nodes = parts.dropFirst(2).enumerated().compactMap { index, part in
                guard let words = part.array, words.count >= 2, let host = words[0].text,
                    let port = words[1].integer.flatMap(UInt16.init(exactly:))
                else { return nil }
                return Node(
                    endpoint: .tcp(host: host, port: port), role: index == 0 ? .master : .replica,
                    id: words.count > 2 ? words[2].text : nil)
            }
            guard !nodes.isEmpty else { return nil }
        }
    }
}

extension ClusterNode {
    fileprivate var flaw: String? {
        if hasFailed { return "the cluster takes it for failed" }
        if isSuspected { return "it is suspected to have failed" }
        return isHealthy ? nil : "it is not fully known yet"
    }
}

extension ClusterShards.Node {
    /// `loading` is also what a replica of a master without data is called, whose offset is zero: whoever wants to read it
    /// asks itself.
    fileprivate var flaw: String? { health == "failed" ? "the cluster takes it for failed" : nil }
}

extension SlotRanges: Comparable {
    /// By where they begin.
    public static func < (left: SlotRanges, right: SlotRanges) -> Bool {
        (left.ranges.first?.lowerBound ?? .max) < (right.ranges.first?.lowerBound ?? .max)
    }
}

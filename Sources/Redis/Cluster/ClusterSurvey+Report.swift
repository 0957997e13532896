import Diagnostics

extension ClusterSurvey {
    /// Evidence: `redis.cluster`, `redis.cluster.shards`, `redis.cluster.remarks`, `redis.cluster.slots`.
    func write(to content: inout Observation.Content) {
        guard let best else { return }
        best.map.write(best.state, to: &content)
        content.evidence.append(
            .fact("redis.cluster", "Cluster, as \(best.node) sees it", best.map.sentence(best.state)))
        content.evidence.append(shards(best.map))
        let remarks = remarks(best.map)
        if !remarks.isEmpty {
            content.evidence.append(
                Evidence(id: "redis.cluster.remarks", title: "What is not as it should be", .tree(remarks)))
        }
        if let openSlots { content.evidence.append(openSlots) }
    }

    /// The view to begin with: of a master that is not cut off from the others.
    private var best: View? {
        let seen = views.filter { $0.failure == nil && $0.myself != nil }
        return seen.min { rank($0) < rank($1) }
    }

    private func rank(_ view: View) -> Int {
        (view.state?.isOK == true ? 0 : 4) + (view.myself?.isMaster == true ? 0 : 2) + view.map.suspected.count
    }
}

extension ClusterSurvey.View {
    var map: ClusterMap { ClusterMap(nodes) }
}

// MARK: - Shards

extension ClusterSurvey {
    private func shards(_ map: ClusterMap) -> Evidence {
        let rows = map.masters.flatMap { master in
            [row(of: master, slots: "\(master.slots)", map)]
                + map.replicas(of: master).sorted { $0.address < $1.address }.map { row(of: $0, slots: "", map) }
        }
        let idle = map.nodes.filter { $0.isMaster && $0.slots.isEmpty }.map { row(of: $0, slots: "none", map) }
        return .table(
            "redis.cluster.shards", "Masters with their slots and replicas",
            columns: ["node", "role", "slots", "state", "behind", "epoch"], rows: rows + idle)
    }

    private func row(of node: ClusterNode, slots: String, _ map: ClusterMap) -> [Cell] {
        let view = views.first { $0.myself?.id == node.id }
        return [
            .text(node.address), .text(node.isMaster ? "master" : "replica"), slots.isEmpty ? .none : .text(slots),
            .text(state(of: node, view)), behind(node, view).map(Cell.bytes) ?? .none, .integer(node.configEpoch),
        ]
    }

    private func state(of node: ClusterNode, _ view: View?) -> String {
        if node.hasFailed { return "failed" }
        guard let view else { return node.isSuspected ? "not reached" : "does not answer" }
        if view.state?.isOK == false { return "serves nothing: it takes the cluster for down" }
        if let upstream = view.info?.replication.upstream, !upstream.isUp { return "link to its master is down" }
        return node.isSuspected ? "not reached by the others" : "ok"
    }

    /// Of a replica: what its master has written and it has not taken in.
    private func behind(_ node: ClusterNode, _ view: View?) -> Int64? {
        guard let offset = view?.info?.replication.offset, let masterID = node.masterID,
            let master = views.first(where: { $0.myself?.id == masterID })?.info?.replication.offset
        else { return nil }
        return max(0, master &- offset)
    }
}

// MARK: - What is wrong

extension ClusterSurvey {
    private func remarks(_ map: ClusterMap) -> [Branch] {
        uncovered(map) + failing(map) + silent + disagreement + strangers + lonely(map) + collisions(map)
    }

    private func uncovered(_ map: ClusterMap) -> [Branch] {
        guard !map.uncovered.isEmpty else { return [] }
        return [
            Branch(
                "\(map.uncovered.count) slots are served by nobody: \(map.uncovered)",
                [
                    Branch(
                        "with cluster-require-full-coverage, which is the default, the whole cluster refuses its keys"),
                    Branch(
                        "bring their master back, promote its replica (CLUSTER FAILOVER TAKEOVER there), or redis-cli --cluster fix"
                    ),
                ])
        ]
    }

    private func failing(_ map: ClusterMap) -> [Branch] {
        (map.failed + map.suspected).map { node in
            let witnesses = views.filter { $0.map.nodes.contains { $0.id == node.id && !$0.isHealthy } }.count
            let word = node.hasFailed ? "has failed, the cluster agrees" : "is not reached by some"
            return Branch(
                "\(node.address) (\(node.isMaster ? "master" : "replica")) \(word): \(witnesses) of \(views.count) nodes say so"
            )
        }
    }

    private var silent: [Branch] {
        views.compactMap { view in view.failure.map { Branch("\(view.node) could not be asked: \($0)") } }
    }

    /// Nodes with the same idea of who serves what, together.
    private var disagreement: [Branch] {
        let seen = views.filter { $0.failure == nil && !$0.nodes.isEmpty }
        let groups = Dictionary(grouping: seen) { $0.map.owners }.values.sorted { $0.count > $1.count }
        guard let most = groups.first, groups.count > 1 else { return [] }
        let others = groups.dropFirst().map { group in
            let map = group[0].map
            let differing = map.owners.filter { most[0].map.owners[$0.key] != $0.value }
            let words = differing.map { "\($0.value) at \(map.address(of: $0.key))" }.sorted()
            let lost = most[0].map.owners.keys.filter { map.owners[$0] == nil }.map {
                "nothing at \(most[0].map.address(of: $0))"
            }
            return Branch(
                "\(group.map { "\($0.node)" }.joined(separator: ", ")) see otherwise: "
                    + (words + lost.sorted()).joined(separator: "; "))
        }
        return [
            Branch(
                "The nodes disagree about who serves which slots: \(most.count) of \(seen.count) agree",
                others + [
                    Branch("for a moment that is normal after a failover; if it stays, redis-cli --cluster check")
                ])
        ]
    }

    /// Known to some and not to others: half of a CLUSTER MEET or of a CLUSTER FORGET.
    private var strangers: [Branch] {
        let seen = views.filter { $0.failure == nil && !$0.nodes.isEmpty }
        let known = Set(seen.flatMap { $0.nodes.map(\.id) })
        return known.sorted().compactMap { id in
            let without = seen.filter { !$0.nodes.contains { $0.id == id } }
            guard !without.isEmpty, without.count < seen.count else { return nil }
            let address = seen.lazy.compactMap { $0.nodes.first { $0.id == id }?.address }.first ?? id
            return Branch("\(address) is not known to \(without.map { "\($0.node)" }.joined(separator: ", "))")
        }
    }

    private func lonely(_ map: ClusterMap) -> [Branch] {
        guard map.nodes.contains(where: \.isReplica) else { return [] }
        return map.withoutReplica.map {
            Branch("\($0.address) has no healthy replica: if it fails, slots \($0.slots) are lost until it is back")
        }
    }

    /// Two masters of one epoch: which of them is right about a slot is decided by chance.
    private func collisions(_ map: ClusterMap) -> [Branch] {
        Dictionary(grouping: map.masters, by: \.configEpoch).filter { $0.value.count > 1 && $0.key > 0 }
            .sorted { $0.key < $1.key }.map { epoch, masters in
                Branch("\(masters.map(\.address).joined(separator: " and ")) have the same config epoch, \(epoch)")
            }
    }

    /// Each node tells of its own end only.
    private var openSlots: Evidence? {
        let seen = views.filter { $0.failure == nil }
        func address(_ id: String) -> String { seen.first?.map.address(of: id) ?? id }
        let leaving = seen.flatMap { view in
            (view.myself?.migrating ?? []).map { (slot: $0.slot, from: view.myself?.id ?? "", to: $0.other) }
        }
        let arriving = seen.flatMap { view in
            (view.myself?.importing ?? []).map { (slot: $0.slot, from: $0.other, to: view.myself?.id ?? "") }
        }
        let slots = Set(leaving.map(\.slot)).union(arriving.map(\.slot)).sorted()
        guard !slots.isEmpty else { return nil }
        let rows = slots.prefix(50).map { slot -> [Cell] in
            let out = leaving.first { $0.slot == slot }
            let into = arriving.first { $0.slot == slot }
            let words =
                out == nil
                ? "only the taking end is open: CLUSTER SETSLOT \(slot) STABLE there"
                : into == nil ? "only the giving end is open: CLUSTER SETSLOT \(slot) STABLE there" : "on its way"
            return [
                .integer(Int64(slot)), .text(address(out?.from ?? into?.from ?? "")),
                .text(address(out?.to ?? into?.to ?? "")), .text(words),
            ]
        }
        return .table(
            "redis.cluster.slots", "Slots on their way (\(slots.count))", columns: ["slot", "from", "to", "state"],
            rows: rows)
    }
}

import Diagnostics

extension Observation.Content {
    mutating func report(_ masters: [SentinelMaster]) {
        for master in masters { report(master) }
        let rows = masters.map { master -> [Cell] in
            [
                .text(master.name), .text(master.address), .text(master.status), master.runID.map(Cell.text) ?? .none,
                .init(integer: master.configEpoch), .init(integer: master.replicas),
                .init(integer: master.otherSentinels.map { $0 + 1 }), .init(integer: master.quorum),
            ]
        }
        evidence.append(
            .table(
                "sentinel.masters", "Masters as this Sentinel sees them",
                columns: ["master", "address", "status", "run_id", "epoch", "replicas", "sentinels", "quorum"],
                rows: rows))
    }

    private mutating func report(_ master: SentinelMaster) {
        let labels: Labels = ["master": master.name]
        let identity: Labels = [
            "master": master.name, "address": master.address, "run_id": master.runID ?? "",
            "config_epoch": master.configEpoch.map(String.init) ?? "",
        ]
        add(SentinelMetrics.masterInfo, 1.0, labels: identity)
        add(SentinelMetrics.masterUp, master.isUp, labels: labels)
        add(SentinelMetrics.replicas, master.replicas, labels: labels)
        add(SentinelMetrics.sentinels, master.otherSentinels.map { $0 + 1 }, labels: labels)
        add(SentinelMetrics.quorum, master.quorum, labels: labels)
        add(SentinelMetrics.configEpoch, master.configEpoch, labels: labels)
    }

    mutating func report(_ info: RedisInfo, ownID: String?) {
        let labels = [("run_id", ownID ?? info.server.runID), ("version", info.server.version)]
        add(SentinelMetrics.info, 1.0, labels: Labels(labels.compactMap { name, value in value.map { (name, $0) } }))
        guard let tilt = info.flag("sentinel_tilt") else { return }
        add(SentinelMetrics.tilt, tilt)
        if tilt {
            evidence.append(
                .fact(
                    "sentinel.tilt", "Tilt",
                    "this Sentinel has seen its clock jump or itself delayed: it takes no action"))
        }
    }

    mutating func report(replicas: [SentinelReplica]?, of master: SentinelMaster) {
        guard let replicas, !replicas.isEmpty else { return }
        let healthy = replicas.filter { $0.isUp && $0.linkStatus == "ok" }
        add(SentinelMetrics.replicasUp, healthy.count, labels: ["master": master.name])
        let furthest = replicas.compactMap(\.offset).max()
        let rows = replicas.sorted { $0.address < $1.address }.map { replica -> [Cell] in
            let behind = replica.offset.flatMap { offset in furthest.map { $0 &- offset } }
            return [
                .text(replica.address), .text(replica.isUp ? "up" : replica.flags.joined(separator: ", ")),
                replica.linkStatus.map(Cell.text) ?? .none, replica.linkDownSeconds.map(Cell.seconds) ?? .none,
                .init(integer: replica.priority), behind.map(Cell.bytes) ?? .none,
            ]
        }
        evidence.append(
            .table(
                "sentinel.replicas.\(master.name)", "Replicas of \(master.name)",
                columns: ["replica", "state", "link", "link down for", "priority", "behind the furthest"], rows: rows))
    }

    mutating func report(peers: [SentinelPeer]?, of master: SentinelMaster) {
        guard let peers, !peers.isEmpty else { return }
        for peer in peers {
            let labels: Labels = ["master": master.name, "address": peer.address, "run_id": peer.runID ?? ""]
            add(SentinelMetrics.peer, 1.0, labels: labels)
        }
        let rows = peers.sorted { $0.address < $1.address }.map { peer -> [Cell] in
            [.text(peer.address), .text(peer.isUp ? "up" : peer.flags.joined(separator: ", "))]
        }
        evidence.append(
            .table(
                "sentinel.sentinels.\(master.name)", "Other Sentinels of \(master.name)",
                columns: ["sentinel", "state"], rows: rows))
    }

    /// CKQUORUM answers `+OK …`, or `-NOQUORUM …` with what cannot be reached.
    mutating func report(quorum reply: RESPValue?, of master: SentinelMaster) {
        guard let reply, let words = reply.text ?? reply.error?.message else { return }
        guard reply.error == nil || reply.error?.prefix == "NOQUORUM" else { return }
        add(SentinelMetrics.quorumReachable, reply.error == nil, labels: ["master": master.name])
        evidence.append(.fact("sentinel.quorum.\(master.name)", "Quorum of \(master.name)", words))
    }
}

extension Cell {
    init(_ value: Int64?) { self.init(integer: value) }
}

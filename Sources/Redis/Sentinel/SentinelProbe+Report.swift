import Diagnostics

extension Observation.Content {
    /// Samples of all that the Sentinel tells, and tables of it.
    mutating func report(_ reading: SentinelReading) {
        problems += reading.problems
        evidence += reading.watched.map { watched in
            let master = watched.master
            return .fact(
                "sentinel.master.\(master.name)", "Master of \(master.name), \(master.address)", watched.health)
        }
        report(reading.watched.map(\.master))
        report(reading.info, ownID: reading.ownID)
        for watched in reading.watched {
            report(replicas: watched.replicas, of: watched.master)
            report(peers: watched.peers, of: watched.master)
            report(quorum: watched.quorum, of: watched.master)
        }
    }

    private mutating func report(_ masters: [SentinelMaster]) {
        for master in masters { report(master) }
        let rows = masters.map { master -> [Cell] in
            [
                .text(master.name), .text(master.address), .text(master.status), Cell(master.runID),
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
        sampleIdentity(of: master)
        add(SentinelMetrics.masterUp, master.isUp, labels: labels)
        add(SentinelMetrics.replicas, master.replicas, labels: labels)
        add(SentinelMetrics.sentinels, master.otherSentinels.map { $0 + 1 }, labels: labels)
        add(SentinelMetrics.quorum, master.quorum, labels: labels)
        add(SentinelMetrics.configEpoch, master.configEpoch, labels: labels)
    }

    /// By which a change of the master is seen.
    mutating func sampleIdentity(of master: SentinelMaster) {
        let identity: Labels = [
            "master": master.name, "address": master.address, "run_id": master.runID ?? "",
            "config_epoch": master.configEpoch.map(String.init) ?? "",
        ]
        add(SentinelMetrics.masterInfo, 1.0, labels: identity)
    }

    private mutating func report(_ info: RedisInfo, ownID: String?) {
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

    private mutating func report(replicas: [SentinelReplica]?, of master: SentinelMaster) {
        guard let replicas else { return }
        let healthy = replicas.filter(\.isInStep)
        add(SentinelMetrics.replicasUp, healthy.count, labels: ["master": master.name])
        guard !replicas.isEmpty else { return }
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

    private mutating func report(peers: [SentinelPeer]?, of master: SentinelMaster) {
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

    private mutating func report(quorum: SentinelReading.Quorum?, of master: SentinelMaster) {
        guard let quorum else { return }
        add(SentinelMetrics.quorumReachable, quorum.isReachable, labels: ["master": master.name])
        evidence.append(.fact("sentinel.quorum.\(master.name)", "Quorum of \(master.name)", quorum.words))
    }
}

extension SentinelReading.Watched {
    /// What an alert on another master has to say of the new one: since when, whether it is well, whether its replicas follow.
    var health: String {
        let since = master.age.map { "the master for \(Units.seconds($0.rounded()))" }
        let state = master.isUp ? "it answers" : "it does not answer (\(master.status))"
        return [since, state, following].compactMap { $0 }.joined(separator: "; ")
    }

    private var following: String? {
        guard let replicas else { return nil }
        guard !replicas.isEmpty else { return "no replica" }
        let late = replicas.filter { !$0.isInStep }.map(\.troubleInWords)
        let count = "\(replicas.count - late.count) of \(Count.of(replicas.count, "replica")) in step"
        return late.isEmpty ? count : "\(count) (\(late.joined(separator: ", ")))"
    }
}

extension SentinelReplica {
    /// `10.0.0.5:6379 is down, and has not come back since the failover`.
    var troubleInWords: String {
        if !isUp { return runID == nil ? "\(address) has not come back since the failover" : "\(address) is down" }
        return "\(address) is synchronising, or its link is down"
    }
}

extension Cell {
    init(_ value: Int64?) { self.init(integer: value) }
}

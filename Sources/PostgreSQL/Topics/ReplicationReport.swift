import Diagnostics

/// Replication as this server sees it: its standbys and slots on a primary, its receiver on a standby; both on a
/// standby that feeds others.
struct ReplicationReport {
    let server: Server
    let system: System?
    let standbys: [Standby]
    let slots: [ReplicationSlot]
    let receiver: Receiver?
    /// The same again some moments later, where there was a doubt.
    let laterReceiver: Receiver?
    let expectedStandbys: [String]

    init(_ reading: Reading) throws(ProbeError) {
        server = reading.server
        system = reading.system
        standbys = try reading.all()
        slots = try reading.all()
        receiver = try reading.all(Receiver.self).first
        laterReceiver = reading.later(Receiver.self).last
        expectedStandbys = reading.settings.expectedStandbys
    }

    func write(to content: inout Observation.Content) {
        writePositions(to: &content)
        for standby in standbys where standby.isFollowing { write(standby, to: &content) }
        if standbys.contains(where: { $0.state == nil }) {
            content.gaps.append(Gap(PostgreSQLMetrics.replicationLag, "this role does not see the standbys' state"))
        }
        for slot in slots { write(slot, to: &content) }
        for name in expectedStandbys { writeExpected(name, to: &content) }
        if let receiver { write(receiver, to: &content) }
        if !standbys.isEmpty { content.evidence.append(standbyTable) }
        if !slots.isEmpty { content.evidence.append(slotTable) }
    }

    /// With the cluster's identity, so that both ends of one sweep can be compared.
    private func writePositions(to content: inout Observation.Content) {
        let positions = [
            ("primary", "current", server.currentWAL), ("standby", "received", receiver?.receivedWAL),
            ("standby", "replayed", receiver?.replayedWAL),
        ]
        for (role, position, value) in positions {
            guard let value else { continue }
            content.add(
                PostgreSQLMetrics.walPosition, Double(value), labels: ["role": role, "position": position],
                identity: system?.identifier)
        }
    }
}

// MARK: - On the sending side

extension ReplicationReport {
    private func write(_ standby: Standby, to content: inout Observation.Content) {
        if let bytes = standby.replayBehind ?? standby.flushBehind {
            content.add(PostgreSQLMetrics.replicationLagBytes, Double(max(0, bytes)), labels: standby.labels)
        }
        write(.onPrimary(standby), of: "standby \(standby.name)", standby.labels, to: &content)
    }

    private func write(_ slot: ReplicationSlot, to content: inout Observation.Content) {
        content.add(PostgreSQLMetrics.slotActive, slot.isActive ? 1 : 0, labels: ["slot_name": slot.name])
        content.add(PostgreSQLMetrics.slotLost, slot.walStatus == "lost" ? 1 : 0, labels: ["slot_name": slot.name])
        guard let retained = slot.retained else { return }
        content.add(PostgreSQLMetrics.slotRetained, Double(retained), labels: ["slot_name": slot.name])
    }

    private func writeExpected(_ name: String, to content: inout Observation.Content) {
        let sameName = standbys.filter { $0.application == name }
        let isThere = sameName.contains { $0.isFollowing }
        // Names are seen by everybody, what a standby does only by pg_monitor: connected, and no more is known.
        if !isThere, sameName.contains(where: { $0.state == nil }) {
            content.gaps.append(
                Gap(PostgreSQLMetrics.standbyConnected, "what standby \(name) does is hidden from this role"))
            return
        }
        content.add(PostgreSQLMetrics.standbyConnected, isThere ? 1 : 0, labels: ["application_name": name])
        guard !isThere else { return }
        content.evidence.append(
            .fact(
                "postgresql.replication.missing", "Standby missing",
                "standby \(name) should stream from here and does not"))
        content.gaps.append(Gap(PostgreSQLMetrics.replicationLag, "standby \(name) is not connected"))
    }

    private var standbyTable: Evidence {
        .table(
            "postgresql.replication.standbys", "Standbys of this server",
            columns: [
                "application_name", "client_addr", "state", "sync_state", "slot_name", "not_sent", "not_written",
                "not_flushed", "not_replayed", "write_lag", "flush_lag", "replay_lag", "reply_age",
            ],
            rows: standbys.map { standby in
                [
                    Cell(standby.application), Cell(standby.address), Cell(standby.state), Cell(standby.syncState),
                    Cell(standby.slot), Cell(bytes: standby.sentBehind), Cell(bytes: standby.writeBehind),
                    Cell(bytes: standby.flushBehind), Cell(bytes: standby.replayBehind),
                    Cell(seconds: standby.writeLag),
                    Cell(seconds: standby.flushLag), Cell(seconds: standby.replayLag), Cell(seconds: standby.replyAge),
                ]
            })
    }

    private var slotTable: Evidence {
        .table(
            "postgresql.replication.slots", "Replication slots",
            columns: [
                "slot_name", "slot_type", "database", "active", "retained", "wal_status", "safe_wal_size", "keep_size",
                "inactive_since",
            ],
            rows: slots.map { slot in
                [
                    .text(slot.name), .text(slot.type), Cell(slot.database), .flag(slot.isActive),
                    Cell(bytes: slot.retained), Cell(slot.walStatus), Cell(bytes: slot.safeWALSize),
                    Cell(bytes: slot.keepSize),
                    slot.inactiveSince.map(Cell.time) ?? .none,
                ]
            })
    }
}

extension Standby {
    /// Base backups and the like take WAL too, but show nothing to anybody.
    fileprivate var isFollowing: Bool { state == "streaming" || state == "catchup" || state == "startup" }

    fileprivate var name: String { application ?? "of process \(pid)" }

    /// Standbys often share the name `walreceiver`: address and slot tell them apart.
    fileprivate var labels: Labels {
        Labels(
            [("application_name", application), ("client_addr", address), ("slot_name", slot)]
                .compactMap { name, value in value.map { (name, $0) } })
    }
}

// MARK: - On the receiving side

extension ReplicationReport {
    private func write(_ receiver: Receiver, to content: inout Observation.Content) {
        let labels: Labels = ["role": "standby"]
        if receiver.isHidden {
            content.gaps.append(
                Gap(PostgreSQLMetrics.receiverStreaming, "the WAL receiver's state is hidden from this role"))
        } else {
            content.add(PostgreSQLMetrics.receiverStreaming, receiver.isStreaming ? 1 : 0)
        }
        content.add(PostgreSQLMetrics.replayPaused, receiver.isPaused ? 1 : 0)
        if let received = receiver.receivedWAL ?? receiver.senderWAL, let replayed = receiver.replayedWAL {
            let end = max(received, receiver.senderWAL ?? 0)
            content.add(PostgreSQLMetrics.replicationLagBytes, Double(max(0, end - replayed)), labels: labels)
        }
        let lag = ReplicationLag.onStandby(receiver, later: laterReceiver)
        write(lag, of: "this standby", labels, to: &content)
        content.evidence.append(
            .fact("postgresql.replication.receiver", "WAL receiver", receiver.sentence(lag)))
    }

    private func write(
        _ lag: ReplicationLag, of subject: String, _ labels: Labels, to content: inout Observation.Content
    ) {
        switch lag {
        case .seconds(let seconds), .atMost(let seconds, _):
            content.add(PostgreSQLMetrics.replicationLag, seconds, labels: labels)
        case .unknown(let why):
            content.gaps.append(Gap(PostgreSQLMetrics.replicationLag, "\(subject): \(why)"))
        }
    }
}

extension Receiver {
    /// What a person wants to know of a standby, in one line.
    fileprivate func sentence(_ lag: ReplicationLag) -> String {
        var parts = [isStreaming ? "streaming from \(sender)" : isReceiving ? status ?? "runs" : "not running"]
        if let messageAge, isReceiving { parts.append("last word \(Units.seconds(messageAge)) ago") }
        if isPaused { parts.append("replay is paused: SELECT pg_wal_replay_resume() ends that") }
        switch lag {
        case .seconds(0): parts.append("everything received is replayed")
        case .seconds(let seconds): parts.append("\(Units.seconds(seconds)) behind")
        case .atMost(let seconds, let why): parts.append("up to \(Units.seconds(seconds)) behind (\(why))")
        case .unknown(let why): parts.append("how far behind is unknown: \(why)")
        }
        return parts.joined(separator: "; ")
    }

    private var sender: String { "\(senderHost ?? "its primary")\(senderPort.map { ":\($0)" } ?? "")" }
}

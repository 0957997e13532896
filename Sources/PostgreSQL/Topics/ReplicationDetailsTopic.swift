import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What a person wants to know of replication beside the lag: slots at risk, recovery conflicts, subscriptions.
    /// Evidence: `postgresql.replication.risk`, `….replication.conflicts`, `….replication.subscriptions`,
    /// `….replication.none`.
    public static let replicationDetails = Self(ReplicationDetailsTopic())
}

struct ReplicationDetailsTopic: Topic {
    let asks: [any Answer.Type] = [
        Standby.self, ReplicationSlot.self, Receiver.self, RecoveryConflicts.self, Subscription.self,
    ]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let slots = try reading.all(ReplicationSlot.self)
        content.evidence += slots.compactMap(\.risk).prefix(5).map {
            .fact("postgresql.replication.risk", "Slot at risk", $0)
        }
        let conflicts = try reading.all(RecoveryConflicts.self)
        if !conflicts.isEmpty {
            content.evidence.append(
                .listing("postgresql.replication.conflicts", "Statements that replay cancelled here", conflicts))
        }
        let subscriptions = try reading.all(Subscription.self)
        if !subscriptions.isEmpty {
            content.evidence.append(
                .listing("postgresql.replication.subscriptions", "Logical subscriptions", subscriptions))
        }
        let (standbys, receivers) = (try reading.all(Standby.self), try reading.all(Receiver.self))
        guard standbys.isEmpty, receivers.isEmpty, slots.isEmpty, subscriptions.isEmpty else { return }
        content.evidence.append(
            .fact(
                "postgresql.replication.none", "Replication",
                "no standby streams from here, there are no slots, and this server follows nobody"))
    }
}

extension ReplicationSlot {
    /// What may come of it, and what ends that; nil where nothing does.
    var risk: String? {
        if let invalidation { return "\(name) is of no more use (\(invalidation)): \(dropping)" }
        if walStatus == "lost" {
            return "\(name) has lost WAL that its consumer needs: build that anew, then \(dropping)"
        }
        guard !isActive, let retained, retained > 0 else { return nil }
        let since = inactiveSince.map { " since \($0)" } ?? ""
        guard let keepSize else {
            return
                "\(name) has no consumer\(since) and keeps \(Units.bytes(retained)) of WAL, without a bound, until the "
                + "disk is full: bring its consumer back, set max_slot_wal_keep_size, or \(dropping)"
        }
        let share = Units.ratio(Double(retained) / Double(max(1, keepSize)))
        return "\(name) has no consumer\(since) and keeps \(Units.bytes(retained)) of WAL, \(share) of "
            + "max_slot_wal_keep_size; beyond that it is lost"
    }

    private var dropping: String { "SELECT pg_drop_replication_slot('\(name)')" }
}

/// `conflicts.sql`.
struct RecoveryConflicts: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.conflicts] }
}

/// `subscriptions.sql`.
struct Subscription: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.subscriptions] }
}

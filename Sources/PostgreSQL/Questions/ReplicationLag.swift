import Diagnostics

/// How far a standby is behind, in time, and how sure that is.
///
/// `now() - pg_last_xact_replay_timestamp()` alone grows while the primary has nothing to commit, and "received equals
/// replayed" alone is zero for a standby whose link is cut. So a standby counts as up to date only when it has replayed
/// all it received, has received all that its sender had, *and* has heard of its sender lately.
enum ReplicationLag: Equatable {
    case seconds(Double)
    /// The standby cannot know: this is the most it can be.
    case atMost(Double, why: String)
    case unknown(why: String)
}

extension ReplicationLag {
    /// As the standby sees itself.
    ///
    /// - Parameter later: the same again some moments afterwards, where the first look left a doubt: the time of the last
    ///   replay is that of a commit, so under one long transaction, or with the first record after an idle hour, a
    ///   standby that follows closely looks late.
    static func onStandby(_ receiver: Receiver, later: Receiver? = nil) -> ReplicationLag {
        if let later, receiver.isCaughtUp(by: later) {
            return .seconds(max(0, later.readAt.seconds(since: receiver.readAt)))
        }
        return receiver.isBehind ? sinceReplay(receiver) : upToDate(receiver)
    }

    private static func sinceReplay(_ receiver: Receiver) -> ReplicationLag {
        receiver.replayAge.map { .seconds(max(0, $0)) }
            ?? .unknown(why: "nothing was replayed since the standby started")
    }

    /// Of a standby that has replayed all it knows of: does it know?
    private static func upToDate(_ receiver: Receiver) -> ReplicationLag {
        if receiver.isHidden { return .unknown(why: "the WAL receiver's state is hidden from this role") }
        guard receiver.isStreaming else {
            let why = receiver.status.map { "the WAL receiver is \($0)" } ?? "no WAL receiver runs"
            return receiver.replayAge.map { .atMost(max(0, $0), why: why) }
                ?? .unknown(why: "\(why), and nothing was replayed since the standby started")
        }
        guard let age = receiver.messageAge, receiver.senderWAL != nil else {
            return .unknown(why: "the WAL receiver has not heard of its sender yet")
        }
        // It had all at the sender's last word; since then the sender may have gone on.
        return .seconds(age <= receiver.silenceExpected ? 0 : age)
    }

    /// As the primary sees one of its standbys. Its own figure (`replay_lag`) grows while replay stands still, and is
    /// NULL for a standby that is up to date.
    static func onPrimary(_ standby: Standby) -> ReplicationLag {
        guard let behind = standby.replayBehind ?? standby.flushBehind else {
            return .unknown(why: "it has not said yet how far it is")
        }
        guard behind > 0 else { return .seconds(0) }
        let measured = standby.replayLag ?? standby.flushLag
        // A standby reports at least each wal_receiver_status_interval (10 s): twice that is silence, and silence is lag.
        if let age = standby.replyAge, age > 20 { return .seconds(max(age, measured ?? 0)) }
        return measured.map { .seconds($0) }
            ?? .unknown(why: "it is \(Units.bytes(behind)) behind and was never up to date")
    }
}

extension Receiver {
    /// As far as this standby knows that there is WAL.
    fileprivate var knownEnd: Int64? { [receivedWAL, senderWAL].compactMap { $0 }.max() }

    fileprivate var isBehind: Bool {
        guard let end = knownEnd, let replayedWAL else { return false }
        return replayedWAL < end
    }

    /// Behind in bytes by little or much, but perhaps not in time: it is once all that was known now is replayed.
    func deservesAnotherLook(after looks: [Receiver]) -> Bool {
        isBehind && !isPaused && (replayAge ?? 0) > 5 && looks.last.map { !$0.isPaused && !isCaughtUp(by: $0) } ?? true
    }

    /// Whether a later look finds replayed what was known at this one.
    fileprivate func isCaughtUp(by later: Receiver) -> Bool {
        guard let end = knownEnd, let replayed = later.replayedWAL else { return false }
        return replayed >= end
    }

    /// Without pg_monitor there is a row for a receiver that runs, but nothing in it.
    var isHidden: Bool { isReceiving && status == nil }

    var isStreaming: Bool { isReceiving && status == "streaming" }

    /// The receiver asks a silent sender for a word after half its time-out and gives up after all of it
    /// (`wal_receiver_timeout`): silence of that half and a little is nothing unusual on an idle primary.
    var silenceExpected: Double { (timeout > 0 ? timeout / 2 : 30) + 5 }
}

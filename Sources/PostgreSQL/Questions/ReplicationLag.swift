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
    static func onStandby(_ receiver: Receiver) -> ReplicationLag {
        let sinceReplay = receiver.replayAge.map { max(0, $0) }
        if let received = receiver.receivedWAL, let replayed = receiver.replayedWAL, replayed < received {
            return sinceReplay.map { .seconds($0) } ?? .unknown(why: "nothing was replayed since the standby started")
        }
        if receiver.isHidden { return .unknown(why: "the WAL receiver's state is hidden from this role") }
        guard receiver.isStreaming else {
            let why = receiver.status.map { "the WAL receiver is \($0)" } ?? "no WAL receiver runs"
            return sinceReplay.map { .atMost($0, why: why) }
                ?? .unknown(why: "\(why), and nothing was replayed since the standby started")
        }
        guard let age = receiver.messageAge, let sender = receiver.senderWAL, let replayed = receiver.replayedWAL else {
            return .unknown(why: "the WAL receiver has not heard of its sender yet")
        }
        // All that the sender had at its last word is here: since then it may have gone on.
        guard age <= receiver.silenceExpected else { return .seconds(age) }
        return replayed >= sender
            ? .seconds(0) : sinceReplay.map { .seconds($0) } ?? .unknown(why: "nothing was replayed")
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
    /// Without pg_monitor there is a row for a receiver that runs, but nothing in it.
    var isHidden: Bool { isReceiving && status == nil }

    var isStreaming: Bool { isReceiving && status == "streaming" }

    /// The receiver asks a silent sender for a word after half its time-out and gives up after all of it
    /// (`wal_receiver_timeout`): silence of that half and a little is nothing unusual on an idle primary.
    var silenceExpected: Double { (timeout > 0 ? timeout / 2 : 30) + 5 }
}

import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Replication lag, as the standby sees it")
struct StandbyLagTests {
    private static let hour = 3600.0

    @Test func isZeroOnAnIdlePrimary() throws {
        let receiver = try receiver(["replay_age": "\(Self.hour)", "message_age": "29"])
        #expect(ReplicationLag.onStandby(receiver) == .seconds(0))
    }

    @Test func isNotZeroWhenTheLinkIsCut() throws {
        let cut = try receiver(["is_receiving": "f", "status": nil, "replay_age": "90", "message_age": nil])
        #expect(ReplicationLag.onStandby(cut) == .atMost(90, why: "no WAL receiver runs"))
    }

    @Test func growsWhileTheSenderIsSilentForLongerThanItShould() throws {
        #expect(ReplicationLag.onStandby(try receiver(["message_age": "35"])) == .seconds(0))
        #expect(ReplicationLag.onStandby(try receiver(["message_age": "36"])) == .seconds(36))
        let patient = try receiver(["message_age": "36", "receiver_timeout": "120"])
        #expect(ReplicationLag.onStandby(patient) == .seconds(0))
    }

    @Test func isTheTimeSinceTheLastReplayWhileReplayIsBehind() throws {
        let paused = try receiver(["replayed_wal": "500", "replay_age": "45", "is_paused": "t"])
        #expect(ReplicationLag.onStandby(paused) == .seconds(45))
    }

    @Test func isTheTimeSinceTheLastReplayWhileTheSenderIsAhead() throws {
        let late = try receiver(["sender_wal": "2000", "replay_age": "12"])
        #expect(ReplicationLag.onStandby(late) == .seconds(12))
    }

    /// One long transaction on the primary: WAL flows, but no commit gives replay a time.
    @Test func isSmallWhenAllThatWasKnownIsReplayedAMomentLater() throws {
        let first = try receiver(["sender_wal": "2000", "replay_age": "3600"])
        let later = try receiver(["read_at": "1000.2", "sender_wal": "3000", "replayed_wal": "2000"])
        #expect(first.deservesAnotherLook(after: []))
        #expect(!first.deservesAnotherLook(after: [later]))
        guard case .seconds(let lag) = ReplicationLag.onStandby(first, later: later) else {
            Issue.record("no lag was found")
            return
        }
        #expect(lag < 1)
    }

    @Test func isNoSmallerWhenASecondLookFindsItStillBehind() throws {
        let first = try receiver(["sender_wal": "2000", "replay_age": "3600"])
        let later = try receiver(["read_at": "1000.2", "sender_wal": "3000", "replayed_wal": "1500"])
        #expect(ReplicationLag.onStandby(first, later: later) == .seconds(3600))
    }

    /// A stalled disk: the second look is not enough, the fourth is.
    @Test func isLookedAtUntilAllThatWasKnownAtFirstIsReplayed() throws {
        let first = try receiver(["sender_wal": "2000", "replay_age": "17"])
        let looks = try [("1000.1", "1000"), ("1000.3", "1000"), ("1000.7", "1900"), ("1001.5", "2000")].map {
            try receiver(["read_at": $0, "sender_wal": "9000", "replayed_wal": $1])
        }
        let asked = (0...looks.count).map { first.deservesAnotherLook(after: Array(looks.prefix($0))) }
        #expect(asked == [true, true, true, true, false])
        #expect(ReplicationLag.onStandby(first, later: looks[2]) == .seconds(17))
        #expect(ReplicationLag.onStandby(first, later: looks[3]) == .seconds(1.5))
    }

    @Test func isNotLookedAtAgainOnceReplayIsPaused() throws {
        let first = try receiver(["sender_wal": "2000", "replay_age": "17"])
        let paused = try receiver(["read_at": "1000.1", "sender_wal": "2000", "is_paused": "t"])
        #expect(!first.deservesAnotherLook(after: [paused]))
        #expect(ReplicationLag.onStandby(first, later: paused) == .seconds(17))
    }

    @Test func needsNoSecondLookWhereThereIsNoDoubt() throws {
        #expect(try !receiver(["replay_age": "3600"]).deservesAnotherLook(after: []))
        #expect(
            try !receiver(["replayed_wal": "500", "replay_age": "3600", "is_paused": "t"]).deservesAnotherLook(after: []
            ))
        #expect(try !receiver(["replayed_wal": "500", "replay_age": "1"]).deservesAnotherLook(after: []))
    }

    @Test func isUnknownWhenNothingWasEverReplayedNorReceived() throws {
        let fresh = try receiver(["is_receiving": "f", "status": nil, "replay_age": nil])
        guard case .unknown = ReplicationLag.onStandby(fresh) else {
            Issue.record("a lag was made up")
            return
        }
    }

    @Test func isUnknownWhereTheReceiverIsHidden() throws {
        let hidden = try receiver(["status": nil, "message_age": nil, "sender_wal": nil, "replay_age": nil])
        guard case .unknown = ReplicationLag.onStandby(hidden) else {
            Issue.record("a lag was made up")
            return
        }
    }

    /// Up to date and streaming, but for `changes`.
    private func receiver(_ changes: [String: String?]) throws -> Receiver {
        let healthy: [String: String?] = [
            "read_at": "1000", "is_receiving": "t", "status": "streaming", "sender_host": "db1", "sender_port": "5432",
            "slot_name": nil,
            "message_age": "1", "sender_wal": "1000", "received_wal": "1000", "replayed_wal": "1000",
            "replay_age": "3", "is_paused": "f", "receiver_timeout": "60",
        ]
        return try Receiver(row(healthy.merging(changes) { $1 }))
    }
}

@Suite("Replication lag, as the primary sees it")
struct PrimaryLagTests {
    @Test func isZeroForAStandbyThatHasReplayedAllWhateverWasMeasuredLast() throws {
        #expect(ReplicationLag.onPrimary(try standby(["replay_behind": "0", "replay_lag": "7"])) == .seconds(0))
    }

    @Test func isWhatThePrimaryMeasured() throws {
        #expect(ReplicationLag.onPrimary(try standby(["replay_behind": "9000", "replay_lag": "31"])) == .seconds(31))
    }

    @Test func isAtLeastTheTimeOfSilence() throws {
        let silent = try standby(["replay_behind": "9000", "replay_lag": "0.2", "reply_age": "45"])
        #expect(ReplicationLag.onPrimary(silent) == .seconds(45))
    }

    @Test func isUnknownForOneThatWasNeverUpToDate() throws {
        guard case .unknown = ReplicationLag.onPrimary(try standby(["replay_behind": "9000"])) else {
            Issue.record("a lag was made up")
            return
        }
    }

    @Test func isThatOfTheDiskForOneThatShowsNothing() throws {
        let archive = try standby(["replay_behind": nil, "flush_behind": "100", "flush_lag": "3"])
        #expect(ReplicationLag.onPrimary(archive) == .seconds(3))
    }

    private func standby(_ changes: [String: String?]) throws -> Standby {
        let healthy: [String: String?] = [
            "pid": "7", "application_name": "db2", "client_addr": "10.0.0.2", "state": "streaming",
            "sync_state": "async", "slot_name": nil, "slot_type": nil, "sent_behind": "0", "write_behind": "0",
            "flush_behind": "0", "replay_behind": "0", "write_lag": nil, "flush_lag": nil, "replay_lag": nil,
            "replay_wal": "1000", "reply_age": "1",
        ]
        return try Standby(row(healthy.merging(changes) { $1 }))
    }
}

/// One row with these fields.
func row(_ fields: [String: String?]) -> Row {
    let columns = fields.keys.sorted()
    var rows = Rows(columns: columns)
    for column in columns {
        if let value = fields[column] ?? nil {
            Array(value.utf8).withUnsafeBytes { rows.append($0) }
        } else {
            rows.append(nil)
        }
    }
    return rows[0]
}

import Diagnostics
import Queries

/// One receiver of this server's WAL: `standbys.sql`. All is nil but the pid where the role may not see it.
struct Standby: Answer {
    let pid: Int32
    let application: String?
    let address: String?
    let state: String?
    let syncState: String?
    let slot: String?
    let slotType: String?
    let sentBehind: Int64?
    let writeBehind: Int64?
    let flushBehind: Int64?
    let replayBehind: Int64?
    let writeLag: Double?
    let flushLag: Double?
    let replayLag: Double?
    let replayWAL: Int64?
    let replyAge: Double?

    static var files: [SQLFile] { [PostgreSQLQueries.standbys] }

    init(_ row: Row) throws(RowError) {
        pid = try row.get("pid")
        application = try row.getIfPresent("application_name")
        address = try row.getIfPresent("client_addr")
        state = try row.getIfPresent("state")
        syncState = try row.getIfPresent("sync_state")
        slot = try row.getIfPresent("slot_name")
        slotType = try row.getIfPresent("slot_type")
        sentBehind = try row.getIfPresent("sent_behind")
        writeBehind = try row.getIfPresent("write_behind")
        flushBehind = try row.getIfPresent("flush_behind")
        replayBehind = try row.getIfPresent("replay_behind")
        writeLag = try row.getIfPresent("write_lag")
        flushLag = try row.getIfPresent("flush_lag")
        replayLag = try row.getIfPresent("replay_lag")
        replayWAL = try row.getIfPresent("replay_wal")
        replyAge = try row.getIfPresent("reply_age")
    }
}

/// A replication slot: `slots.sql`.
struct ReplicationSlot: Answer {
    let name: String
    let type: String
    let database: String?
    let isActive: Bool
    let retained: Int64?
    let walStatus: String?
    let safeWALSize: Int64?
    /// `max_slot_wal_keep_size`; nil where it sets no bound.
    let keepSize: Int64?
    /// Why it is of no more use, where the server tells.
    let invalidation: String?
    let inactiveSince: Timestamp?

    static var files: [SQLFile] { [PostgreSQLQueries.slots] }

    init(_ row: Row) throws(RowError) {
        name = try row.get("slot_name")
        type = try row.get("slot_type")
        database = try row.getIfPresent("database")
        isActive = try row.get("active")
        retained = try row.getIfPresent("retained")
        walStatus = try row.getIfPresent("wal_status")
        safeWALSize = try row.getIfPresent("safe_wal_size")
        keepSize = try row.getIfPresent("keep_size")
        invalidation = try row.getIfPresent("invalidation")
        inactiveSince = try row.getIfPresent("inactive_since")
    }
}

/// A standby's own view of replication: `receiver.sql`.
struct Receiver: Answer {
    let readAt: Timestamp
    let isReceiving: Bool
    let status: String?
    let senderHost: String?
    let senderPort: Int?
    let slot: String?
    let messageAge: Double?
    let senderWAL: Int64?
    let receivedWAL: Int64?
    let replayedWAL: Int64?
    let replayAge: Double?
    let isPaused: Bool
    let timeout: Double

    static var files: [SQLFile] { [PostgreSQLQueries.receiver] }

    init(_ row: Row) throws(RowError) {
        readAt = try row.get("read_at")
        isReceiving = try row.get("is_receiving")
        status = try row.getIfPresent("status")
        senderHost = try row.getIfPresent("sender_host")
        senderPort = try row.getIfPresent("sender_port")
        slot = try row.getIfPresent("slot_name")
        messageAge = try row.getIfPresent("message_age")
        senderWAL = try row.getIfPresent("sender_wal")
        receivedWAL = try row.getIfPresent("received_wal")
        replayedWAL = try row.getIfPresent("replayed_wal")
        replayAge = try row.getIfPresent("replay_age")
        isPaused = try row.get("is_paused")
        timeout = try row.get("receiver_timeout")
    }
}

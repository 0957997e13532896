import Diagnostics
import Queries

/// What a database has read and written: `database-io.sql`.
struct DatabaseIO: Answer {
    /// Nil for what belongs to all databases.
    let name: String?
    let tempFiles: Int64
    let tempBytes: Int64
    let blocksHit: Int64
    let blocksRead: Int64
    /// Nil where checksums are off.
    let checksumFailures: Int64?
    let checksumFailed: Double?
    let statisticsReset: Timestamp?

    static var files: [SQLFile] { [PostgreSQLQueries.databaseIO] }

    init(_ row: Row) throws(RowError) {
        name = try row.getIfPresent("datname")
        tempFiles = try row.get("temp_files")
        tempBytes = try row.get("temp_bytes")
        blocksHit = try row.get("blks_hit")
        blocksRead = try row.get("blks_read")
        checksumFailures = try row.getIfPresent("checksum_failures")
        checksumFailed = try row.getIfPresent("checksum_failed")
        statisticsReset = try row.getIfPresent("stats_reset")
    }

    var labels: Labels { name.map { ["datname": $0] } ?? [:] }

    /// Of the blocks asked for, those in shared_buffers; nil where none was asked for.
    var hitRatio: Double? {
        blocksHit + blocksRead > 0 ? Double(blocksHit) / Double(blocksHit + blocksRead) : nil
    }
}

/// Checkpoints, or restartpoints on a standby: `checkpoints.sql`.
struct Checkpoints: Answer {
    let timed: Int64
    let requested: Int64
    let writeTime: Double
    let syncTime: Double
    let statisticsReset: Timestamp?
    let maxWALSize: Int64
    let timeout: Double

    static var files: [SQLFile] { [PostgreSQLQueries.checkpoints, PostgreSQLQueries.checkpointsUpTo16] }

    init(_ row: Row) throws(RowError) {
        timed = try row.get("timed")
        requested = try row.get("requested")
        writeTime = try row.get("write_time")
        syncTime = try row.get("sync_time")
        statisticsReset = try row.getIfPresent("stats_reset")
        maxWALSize = try row.get("max_wal_size")
        timeout = try row.get("checkpoint_timeout")
    }
}

/// Whether WAL is archived: `archiver.sql`.
struct Archiver: Answer {
    let mode: String
    let isFailing: Bool
    let archived: Int64
    let failed: Int64
    let lastArchived: String?
    let lastArchivedAge: Double?
    let lastFailed: String?
    let lastFailedAge: Double?
    let backlog: Int64?

    static var files: [SQLFile] { [PostgreSQLQueries.archiver] }

    init(_ row: Row) throws(RowError) {
        mode = try row.get("mode")
        isFailing = try row.get("is_failing")
        archived = try row.get("archived_count")
        failed = try row.get("failed_count")
        lastArchived = try row.getIfPresent("last_archived_wal")
        lastArchivedAge = try row.getIfPresent("last_archived_age")
        lastFailed = try row.getIfPresent("last_failed_wal")
        lastFailedAge = try row.getIfPresent("last_failed_age")
        backlog = try row.getIfPresent("backlog")
    }
}

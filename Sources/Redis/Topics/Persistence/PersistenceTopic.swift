import Diagnostics

extension RedisProbe.Question {
    /// What would be lost, and whether saving works. Evidence: `redis.persistence.judgement`, `….persistence.rdb`,
    /// `….persistence.aof`, `….persistence.fork`.
    public static let persistence = Self(PersistenceTopic())
}

struct PersistenceTopic: Topic {
    let settings = [
        "save", "appendfsync", "stop-writes-on-bgsave-error", "no-appendfsync-on-rewrite",
        "auto-aof-rewrite-percentage",
        "auto-aof-rewrite-min-size", "dir",
    ]
    let watches = true

    func report(_ reading: Reading, to content: inout Observation.Content) {
        let info = reading.info
        content.samplePersistence(
            info.persistence, unsavedSeconds: info.unsavedSeconds(at: reading.serverTime))
        content.evidence.append(
            .remarks("redis.persistence.judgement", "Judgement", PersistenceRemarks(reading: reading).all))
        content.evidence += [rdb(reading), aof(reading), fork(info)].compactMap { $0 }
    }

    private func rdb(_ reading: Reading) -> Evidence? {
        let info = reading.info
        let rows: [(String, Cell)] = [
            ("rules", Cell(reading.setting("save").map { $0.isEmpty ? "never" : $0 })),
            (
                "last save",
                info.persistence.lastSaveTime.map { .time(Timestamp(secondsSinceEpoch: Double($0))) } ?? .none
            ),
            ("it took", Cell(seconds: info.seconds("rdb_last_bgsave_time_sec"))),
            ("result", Cell(info.text("rdb_last_bgsave_status"))),
            ("changes since", Cell(integer: info.persistence.changesSinceLastSave)),
            ("saving now for", Cell(seconds: info.seconds("rdb_current_bgsave_time_sec"))),
            ("folder", Cell(reading.setting("dir"))),
        ]
        return table("redis.persistence.rdb", "Snapshots (RDB)", rows)
    }

    private func aof(_ reading: Reading) -> Evidence? {
        let info = reading.info
        guard info.persistence.appendOnly == true else { return nil }
        let rows: [(String, Cell)] = [
            ("appendfsync", Cell(reading.setting("appendfsync"))),
            ("size", Cell(bytes: info.integer("aof_current_size"))),
            ("size after the last rewrite", Cell(bytes: info.integer("aof_base_size"))),
            ("last write", Cell(info.text("aof_last_write_status"))),
            ("last rewrite", Cell(info.text("aof_last_bgrewrite_status"))),
            ("it took", Cell(seconds: info.seconds("aof_last_rewrite_time_sec"))),
            ("rewriting now for", Cell(seconds: info.seconds("aof_current_rewrite_time_sec"))),
            ("not yet written", Cell(bytes: info.integer("aof_buffer_length"))),
            ("delayed syncs", Cell(integer: info.integer("aof_delayed_fsync"))),
        ]
        return table("redis.persistence.aof", "Append-only file (AOF)", rows)
    }

    private func fork(_ info: RedisInfo) -> Evidence? {
        let rows: [(String, Cell)] = [
            ("last fork took", Cell(seconds: info.stats.latestForkSeconds.flatMap { $0 > 0 ? $0 : nil })),
            ("forks", Cell(integer: info.integer("total_forks"))),
            ("copied on write, last snapshot", Cell(bytes: info.integer("rdb_last_cow_size"))),
            ("copied on write, last rewrite", Cell(bytes: info.integer("aof_last_cow_size"))),
        ]
        return table("redis.persistence.fork", "Forks", rows)
    }

    private func table(_ id: String, _ title: String, _ rows: [(String, Cell)]) -> Evidence? {
        let told = rows.filter { $0.1 != .none }.map { [Cell.text($0.0), $0.1] }
        return told.isEmpty ? nil : .table(id, title, columns: ["what", "value"], rows: told)
    }
}

extension RedisInfo {
    /// A field of whole seconds; nil for -1, which says never or not now.
    func seconds(_ name: String) -> Double? { number(name).flatMap { $0 >= 0 ? $0 : nil } }
}

extension RedisInfo.Persistence {
    /// Whether no rule makes it save by itself; false where that may not be asked.
    func savesNever(_ reading: Reading) -> Bool { reading.setting("save") == "" }
}

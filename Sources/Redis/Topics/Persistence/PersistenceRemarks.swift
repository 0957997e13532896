import Diagnostics

/// What is to be thought of a server's persistence.
struct PersistenceRemarks {
    let reading: Reading

    var all: [Remark] {
        [
            loading, appendError, saveError, rewriteError, nothing, dueSave, saved, appending, delayed, growth,
            underWay, fork, copied,
        ]
        .compactMap { $0 }
    }

    private var info: RedisInfo { reading.info }
    private var persistence: RedisInfo.Persistence { info.persistence }
    private var changes: String { Count.of(persistence.changesSinceLastSave ?? 0, "change") }

    /// Seconds since the last save that succeeded, which the start counts as.
    private var age: Double? {
        persistence.lastSaveTime.map { max(0, reading.serverTime.secondsSinceEpoch - Double($0)) }
    }
}

// MARK: - What does not work

extension PersistenceRemarks {
    private var loading: Remark? {
        guard persistence.isLoading == true else { return nil }
        let share = persistence.loadedShare.map { ": \(Units.ratio($0)) read" } ?? ""
        let left = info.seconds("loading_eta_seconds").map { ", \(Units.seconds($0)) left" } ?? ""
        return .trouble("it is loading its data from disk and answers nobody\(share)\(left)")
    }

    private var appendError: Remark? {
        guard persistence.appendOnly == true, persistence.lastAppendSucceeded == false else { return nil }
        return .trouble(
            "the append-only file cannot be written, and so writes are refused: the disk is full, or fails",
            next: "df -h \(folder)", reading.diag("info"))
    }

    private var saveError: Remark? {
        guard persistence.lastSaveSucceeded == false else { return nil }
        let refuses = reading.setting("stop-writes-on-bgsave-error") == "yes" && !persistence.savesNever(reading)
        let effect =
            refuses
            ? "writes are refused until one succeeds (stop-writes-on-bgsave-error)"
            : "\(changes) since the last good one are on no disk"
        let since = age.map { " for \(Units.seconds($0.rounded()))" } ?? ""
        return .trouble(
            "the last snapshot failed, and none has been written\(since): \(effect); the server's log has the reason (no room on "
                + "the disk, or no memory to fork)", next: "df -h \(folder)", reading.cli("BGSAVE"))
    }

    private var rewriteError: Remark? {
        guard persistence.lastRewriteSucceeded == false else { return nil }
        let again =
            info.integer("aof_rewrites_consecutive_failures").flatMap { $0 > 1 ? " (\($0) times in a row)" : nil } ?? ""
        return .trouble(
            "the last rewrite of the append-only file failed\(again): the file only grows", next: "df -h \(folder)",
            reading.cli("BGREWRITEAOF"))
    }

    private var folder: String { reading.setting("dir")?.shellWord ?? "<dir>" }

    private var nothing: Remark? {
        guard persistence.appendOnly == false, persistence.savesNever(reading) else { return nil }
        return .careful("nothing is kept on disk: a restart loses everything, unless a replica takes over")
    }
}

// MARK: - Snapshots

extension PersistenceRemarks {
    /// `3600 1 300 100 60 10000`: after so many seconds, if there were so many changes.
    private var rules: [(seconds: Double, changes: Int64)] {
        let numbers = (reading.setting("save") ?? "").split(separator: " ").compactMap { Int64($0) }
        return stride(from: 0, to: numbers.count - 1, by: 2).map { (Double(numbers[$0]), numbers[$0 + 1]) }
    }

    /// A rule holds and yet nothing has been saved for twice its time.
    private var dueSave: Remark? {
        guard persistence.lastSaveSucceeded != false, persistence.isSaving != true, let age,
            let changes = persistence.changesSinceLastSave,
            let rule = rules.filter({ age > 2 * $0.seconds + 60 && changes >= $0.changes }).min(by: {
                $0.seconds < $1.seconds
            })
        else { return nil }
        return .careful(
            "\(self.changes) in \(Units.seconds(age.rounded())) and no snapshot, though one is due after "
                + "\(Units.seconds(rule.seconds)) and \(Count.of(rule.changes, "change")): the server's log has the reason",
            next: reading.cli("BGSAVE"))
    }

    private var saved: Remark? {
        guard persistence.lastSaveSucceeded != false, !persistence.savesNever(reading), let age else { return nil }
        let rate =
            reading.rate("rdb_changes_since_last_save").flatMap {
                $0 >= 1 ? ", \(Units.decimal($0, digits: 0)) a second now" : nil
            } ?? ""
        let isFirst = info.integer("rdb_saves") == 0
        let words =
            isFirst
            ? "no snapshot yet since the start, \(Units.seconds(age.rounded())) ago"
            : "last snapshot \(Units.seconds(age.rounded())) ago"
        return .fine("\(words); \(changes) since\(rate)")
    }

    /// Longer than three times the last one, or than ten minutes where none is known.
    private var underWay: Remark? {
        guard persistence.isSaving == true, let seconds = info.seconds("rdb_current_bgsave_time_sec") else {
            return nil
        }
        let usual = info.seconds("rdb_last_bgsave_time_sec")
        let done =
            info.number("current_save_keys_total").flatMap { total in
                total > 0 ? info.number("current_save_keys_processed").map { $0 / total } : nil
            }.map { ", \(Units.ratio($0)) of the keys done" } ?? ""
        let words = "a snapshot is being written for \(Units.seconds(seconds))\(done)"
        guard seconds > max(600, 3 * (usual ?? 0)) else { return .fine(words) }
        return .careful(
            words + (usual.map { "; the last one took \(Units.seconds($0))" } ?? "") + ": the disk is slow",
            next: "diag host")
    }
}

// MARK: - The append-only file

extension PersistenceRemarks {
    private var appending: Remark? {
        guard persistence.appendOnly == true, persistence.lastAppendSucceeded != false else { return nil }
        let loss =
            switch reading.setting("appendfsync") {
            case "always": "nothing that was acknowledged is lost"
            case "no": "what the kernel has not yet written is lost, up to 30 s"
            default: "at most a second is lost"
            }
        let size = info.integer("aof_current_size").map { " (\(Units.bytes($0)))" } ?? ""
        return .fine("append-only file on\(size): after a crash \(loss)")
    }

    private var delayed: Remark? {
        guard let count = info.integer("aof_delayed_fsync"), count > 0 else { return nil }
        let words =
            "\(Count.of(count, "sync")) of the append-only file had to wait for the disk, and the server with it"
        guard let rate = reading.rate("aof_delayed_fsync"), rate > 0 else {
            return .careful(words + ", none in the last second")
        }
        return .trouble(
            words + ", \(Units.decimal(rate, digits: 0)) in the last second: the disk is too slow", next: "diag host")
    }

    private var growth: Remark? {
        guard persistence.appendOnly == true, let size = info.integer("aof_current_size"),
            let base = info.integer("aof_base_size"), base > 0
        else { return nil }
        let ratio = Double(size) / Double(base)
        let percentage = reading.integerSetting("auto-aof-rewrite-percentage")
        let least = reading.integerSetting("auto-aof-rewrite-min-size") ?? 64 << 20
        guard size > least, ratio > 2 else { return nil }
        if percentage == 0 {
            return .careful(
                "the append-only file is \(Units.decimal(ratio, digits: 1)) times what it was after its last rewrite, and none comes by "
                    + "itself (auto-aof-rewrite-percentage 0)", next: reading.cli("BGREWRITEAOF"))
        }
        guard let percentage, ratio > 1 + 2 * Double(percentage) / 100, info.flag("aof_rewrite_in_progress") != true
        else { return nil }
        return .careful(
            "the append-only file is \(Units.decimal(ratio, digits: 1)) times what it was after its last rewrite: one is overdue",
            next: reading.cli("BGREWRITEAOF"))
    }
}

// MARK: - Forks

extension PersistenceRemarks {
    /// Nobody is served while the process forks: some 10 ms for a gigabyte on a machine of today, far more on some virtual ones.
    private var fork: Remark? {
        guard let seconds = info.stats.latestForkSeconds, seconds > 0, let resident = info.memory.resident else {
            return nil
        }
        let rate = seconds / max(Double(resident) / 1_073_741_824, 0.01)
        let words =
            "the last fork held the server for \(Units.seconds(seconds)) (\(Units.bytes(resident)) resident, "
            + "\(Units.seconds(rate)) for each GiB)"
        if seconds >= 0.5 {
            return .trouble(words + ": transparent huge pages, or a virtual machine that forks slowly")
        }
        return seconds >= 0.1 ? .careful(words) : .fine(words)
    }

    private var copied: Remark? {
        guard let copied = info.lastCopyOnWrite, let used = info.memory.used, used > 64 << 20,
            Double(copied) > 0.3 * Double(used)
        else { return nil }
        return .careful(
            "during the last save \(Units.bytes(copied)) were written anew and copied (\(Units.ratio(Double(copied) / Double(used))) of "
                + "what is used): the machine must have that much to spare")
    }
}

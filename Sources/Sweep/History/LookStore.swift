import Diagnostics
import GRDB
import Runbook

/// Who looked when, what each target was like then, and since when it is up or down.
struct LookStore {
    /// Sweeps whose times are kept, to know how often they run.
    private static let sweepsKept = 50
    /// Rows of `spell` for each target: a target that goes up and down all the time must not fill the disk.
    private static let mostSpells = 2000

    private struct Look {
        let time: Timestamp
        let isUp: Bool?
        let marks: Labels
    }

    private let database: Database
    private let now: Timestamp
    private let looks: [TargetID: Look]
    private let longestGap: Double

    /// Reads what is there.
    init(_ database: Database, now: Timestamp) throws {
        self.database = database
        self.now = now
        var looks: [TargetID: Look] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT kind, target, time, is_up, marks FROM look")
        while let row = try rows.next() {
            guard let kind = Target.Kind(rawValue: row[0]) else { continue }
            looks[TargetID(kind: kind, name: row[1])] = Look(
                time: Timestamp(secondsSinceEpoch: row[2]), isUp: row[3], marks: LabelsText.labels(row[4]))
        }
        self.looks = looks
        longestGap = Rhythm(try Self.sweeps(database)).longestGap
    }

    /// Keeps what these observations showed; the states are those after the sweep.
    ///
    /// - Returns: which targets have changed.
    func save(
        _ observations: [Observation], _ states: [AlertState.Key: AlertState], _ sweep: SweepRecord
    ) throws -> [AlertEvent] {
        let down = Set(states.filter { $0.key.alert == "InstanceDown" && $0.value.life.isHolding }.map(\.key.target))
        var changes: [AlertEvent] = []
        for observation in observations where observation.failure?.kind != .busy {
            let target = TargetID(observation.target)
            let isUp = down.contains(target) ? false : observation.hasAnswered
            let marks = Marks.of(observation)
            let known = looks[target]
            changes += Marks.changes(from: known?.marks ?? [:], to: marks).map { AlertEvent($0, of: target, at: now) }
            try write(observation.target, isUp, Marks.remembered(known?.marks ?? [:], marks))
            try continueSpell(target, isUp, known)
        }
        try write(sweep)
        return changes
    }

    private func write(_ target: Target, _ isUp: Bool?, _ marks: Labels) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO look (kind, target, address, time, is_up, marks) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            target.kind.rawValue, target.name, target.address, now.secondsSinceEpoch, isUp, LabelsText.text(marks),
        ])
    }

    /// What was seen at the last look is taken to have lasted until this one, unless that is too long ago.
    private func continueSpell(_ target: TargetID, _ isUp: Bool?, _ known: Look?) throws {
        if let known, let wasUp = known.isUp, known.time < now, now.seconds(since: known.time) <= longestGap {
            try database.cachedStatement(
                sql: """
                    UPDATE spell SET end = ? WHERE kind = ? AND target = ? AND is_up = ? AND begin =
                        (SELECT max(begin) FROM spell WHERE kind = ? AND target = ?)
                    """
            ).execute(arguments: [now.secondsSinceEpoch] + target.arguments + [wasUp] + target.arguments)
            if isUp == wasUp { return }
        }
        // A clock that was set back leaves nothing in the future behind.
        if let known, known.time > now {
            try database.execute(
                sql: "DELETE FROM spell WHERE kind = ? AND target = ? AND begin > ?",
                arguments: target.arguments + [now.secondsSinceEpoch])
        }
        guard let isUp else { return }
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO spell (kind, target, begin, end, is_up) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: target.arguments + [now.secondsSinceEpoch, now.secondsSinceEpoch, isUp])
        try prune(target)
    }

    private func prune(_ target: TargetID) throws {
        let oldest = now - EventStore.longest.seconds
        try database.cachedStatement(
            sql: """
                DELETE FROM spell WHERE kind = ? AND target = ? AND (end < ? OR begin <= (SELECT begin FROM spell
                    WHERE kind = ? AND target = ? ORDER BY begin DESC LIMIT 1 OFFSET ?))
                """
        ).execute(
            arguments: target.arguments + [oldest.secondsSinceEpoch] + target.arguments + [Self.mostSpells])
    }

    private func write(_ sweep: SweepRecord) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO sweep (time, duration, targets, failed, every) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            sweep.time.secondsSinceEpoch, sweep.duration, sweep.targets, sweep.failed, sweep.every,
        ])
        try database.cachedStatement(
            sql:
                "DELETE FROM sweep WHERE time > ? OR time <= (SELECT time FROM sweep ORDER BY time DESC LIMIT 1 OFFSET ?)"
        ).execute(arguments: [sweep.time.secondsSinceEpoch, Self.sweepsKept])
    }
}

extension TargetID {
    fileprivate var arguments: StatementArguments { [kind.rawValue, name] }
}

// MARK: - Reading

extension LookStore {
    /// The oldest first.
    static func sweeps(_ database: Database) throws -> [SweepRecord] {
        try Row.fetchAll(database, sql: "SELECT time, duration, targets, failed, every FROM sweep ORDER BY time").map {
            SweepRecord(
                time: Timestamp(secondsSinceEpoch: $0[0]), duration: $0[1], targets: $0[2], failed: $0[3], every: $0[4])
        }
    }

    static func targets(_ database: Database) throws -> [TargetRecord] {
        try Row.fetchAll(database, sql: "SELECT kind, target, address, time, is_up FROM look ORDER BY kind, target")
            .compactMap { row in
                guard let kind = Target.Kind(rawValue: row[0]) else { return nil }
                return TargetRecord(
                    id: TargetID(kind: kind, name: row[1]), address: row[2],
                    time: Timestamp(secondsSinceEpoch: row[3]), isUp: row[4])
            }
    }

    /// By target, then the oldest first.
    static func spells(_ database: Database, since time: Timestamp) throws -> [Spell] {
        try Row.fetchAll(
            database,
            sql: "SELECT kind, target, begin, end, is_up FROM spell WHERE end >= ? ORDER BY kind, target, begin",
            arguments: [time.secondsSinceEpoch]
        ).compactMap { row in
            guard let kind = Target.Kind(rawValue: row[0]) else { return nil }
            return Spell(
                target: TargetID(kind: kind, name: row[1]), begin: Timestamp(secondsSinceEpoch: row[2]),
                end: Timestamp(secondsSinceEpoch: row[3]), isUp: row[4])
        }
    }
}

import Diagnostics

/// What a look for hot keys has found.
struct HotKeysReport {
    private let tally: HotKeysTally
    private let reading: Reading
    private let top: Int
    private let total: Int64

    init(_ tally: HotKeysTally, reading: Reading, top: Int, total: Int64) {
        self.tally = tally
        self.reading = reading
        self.top = top
        self.total = total
    }

    var evidence: [Evidence] {
        [.remarks("redis.hotkeys.judgement", "Judgement", [seen, what, place].compactMap { $0 })]
            + (tally.seen == 0 ? [] : [keys, shapes] + [ages].compactMap { $0 })
    }

    // MARK: - Judgement

    private var seen: Remark {
        guard total > 0 else { return .fine("there are no keys") }
        let share = min(1, Double(tally.seen) / Double(total))
        return share < 0.99
            ? .careful(
                "\(tally.seen) of \(total) keys are seen (\(Units.ratio(share))), in the order that SCAN gives them: hotter ones may be among the rest"
            )
            : .fine("all \(Count.of(tally.seen, "key")) are seen, and none was touched")
    }

    private var what: Remark? {
        guard tally.seen > 0 else { return nil }
        guard tally.countsAccesses else {
            return .careful(
                "\(reading.info.memory.policy ?? "this policy") keeps when a key was last asked for, not how often: what is idle is sure, what "
                    + "is hottest is not. An LFU policy counts, from when it is set",
                next: reading.cli("CONFIG SET maxmemory-policy allkeys-lfu"))
        }
        guard let first = tally.hottest.first, first.value > 0 else { return .fine("no key has been asked for lately") }
        let counted = tally.groups.values.reduce(0) { $0 + $1.sum }
        let shape = tally.groups.max { ($0.value.sum, $1.key) < ($1.value.sum, $0.key) }
        let shapeWords =
            shape.map { "; \($0.key) has \(Units.ratio(Double($0.value.sum) / Double(max(1, counted)))) of all counts" }
            ?? ""
        return .fine(
            "hottest is \(first.name) (\(first.value) of 255: a count that grows with the logarithm of accesses and falls with time)\(shapeWords)"
        )
    }

    private var place: Remark? {
        reading.info.replication.upstream.map {
            .careful(
                "this is a replica: it only knows what is read here; the master tells of the rest",
                next: "diag redis hotkeys \($0.address)")
        }
    }

    // MARK: - Tables

    private var measure: Table.Column { tally.countsAccesses ? "frequency" : "idle" }

    private func cell(_ value: Int64) -> Cell { tally.countsAccesses ? .integer(value) : .seconds(Double(value)) }

    private var keys: Evidence {
        let rows = tally.hottest.map { key -> [Cell] in
            [cell(key.value), .integer(Int64(key.database)), .text(key.name.description)]
        }
        return .table(
            "redis.hotkeys", tally.countsAccesses ? "Hottest keys" : "Keys asked for last",
            columns: [measure, "db", "key"], rows: rows)
    }

    private var shapes: Evidence {
        let groups = tally.groups.sorted { left, right in
            let (a, b) = (weight(left.value), weight(right.value))
            return a == b ? left.key < right.key : a > b
        }
        let rows = groups.prefix(top).map { shape, group -> [Cell] in
            let mean = Double(group.sum) / Double(max(1, group.keys))
            return [
                .text(shape), .integer(group.keys),
                tally.countsAccesses ? .number((mean * 10).rounded() / 10) : .seconds(mean.rounded()),
                cell(group.hottest),
                tally.countsAccesses ? .none : .ratio(Double(group.recent) / Double(max(1, group.keys))),
            ]
        }
        return .table(
            "redis.hotkeys.shapes", "By shape of the key",
            columns: [
                "keys_like", "keys", tally.countsAccesses ? "mean_frequency" : "mean_idle", measure, "in_last_min",
            ], rows: rows)
    }

    /// What comes to most: counts in all, or keys that were asked for in the last minute.
    private func weight(_ group: HotKeysTally.Group) -> Int64 { tally.countsAccesses ? group.sum : group.recent }

    /// What nobody asks for any more.
    private var ages: Evidence? {
        guard !tally.countsAccesses else { return nil }
        let names = ["1 min", "1 h", "1 day", "7 days", "longer"]
        let rows = zip(names, tally.byAge).map { name, count -> [Cell] in
            [.text(name), .integer(count), .ratio(Double(count) / Double(max(1, tally.seen)))]
        }
        return .table(
            "redis.hotkeys.idle", "Not asked for within", columns: ["idle_up_to", "keys", "share"], rows: rows)
    }
}

import Diagnostics

/// An event of the latency monitor: LATENCY LATEST, with its HISTORY.
struct LatencyEvent: Sendable, Hashable {
    let name: String
    let last: Timestamp
    /// Seconds.
    let latest: Double
    /// The longest since the server started, or the event was reset.
    let longest: Double
    /// Of the last spikes, at most 160, the oldest first; a second holds one only. Empty where it was not told.
    let spikes: [Spike]

    struct Spike: Sendable, Hashable {
        let time: Timestamp
        let seconds: Double
    }

    static func all(_ reading: Reading) -> [LatencyEvent] {
        names(reading["LATENCY", "LATEST"]).map { event in
            let history = reading["LATENCY", "HISTORY", event.name]?.array ?? []
            let spikes = history.compactMap { spike -> Spike? in
                let parts = (spike.array ?? []).compactMap(\.integer)
                guard parts.count >= 2 else { return nil }
                return Spike(time: Timestamp(secondsSinceEpoch: Double(parts[0])), seconds: Double(parts[1]) / 1000)
            }
            return LatencyEvent(event, spikes)
        }.sorted { ($0.longest, $1.name) > ($1.longest, $0.name) }
    }

    /// Each: name, time of the last spike, milliseconds of the last, and of the longest.
    static func names(_ latest: RESPValue?) -> [(name: String, numbers: [Int64])] {
        (latest?.array ?? []).compactMap { entry in
            guard let parts = entry.array, parts.count >= 4, let name = parts[0].text else { return nil }
            let numbers = parts[1...3].compactMap(\.integer)
            return numbers.count == 3 ? (name, numbers) : nil
        }
    }

    private init(_ event: (name: String, numbers: [Int64]), _ spikes: [Spike]) {
        name = event.name
        last = Timestamp(secondsSinceEpoch: Double(event.numbers[0]))
        latest = Double(event.numbers[1]) / 1000
        longest = Double(event.numbers[2]) / 1000
        self.spikes = spikes
    }

    /// What the event is, and what helps: as Redis's own LATENCY DOCTOR judges (latency.c, createLatencyReport).
    var meaning: String {
        switch name {
        case "command": "slow commands: the slow log has them"
        case "fast-command":
            "even fast commands took long: the process got no CPU (a busy or virtual machine, transparent huge pages)"
        case "fork":
            "a fork for saving, rewriting or a full synchronisation: it grows with memory; transparent huge pages off"
        case "expire-cycle": "many keys expired at once: spread their TTLs"
        case "eviction-cycle", "eviction-del", "eviction-lazyfree":
            "evictions: maxmemory is reached, large keys take long to free"
        case "active-defrag-cycle": "active defragmentation: lower active-defrag-cycle-max"
        case "aof-fsync-always": "appendfsync always waits for the disk each time: everysec does not"
        case "aof-write", "aof-write-alone", "aof-write-pending-fsync", "aof-write-active-child", "aof-fstat":
            "the append-only file: the disk is slow, or busy with something else"
        case "aof-rewrite-diff-write", "aof-rename", "aof-rewrite-done-fsync":
            "the end of a rewrite of the append-only file: the disk is slow"
        case "rdb-unlink-temp-file": "removing a temporary RDB file: the file system is slow"
        default: "see the server's manual"
        }
    }
}

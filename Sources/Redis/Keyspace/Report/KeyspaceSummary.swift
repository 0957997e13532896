import Diagnostics

/// What is kept of a scan to tell the next one's growth: little, however many keys there were.
public struct KeyspaceSummary: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable { case all, type, prefix }

        public let kind: Kind
        public let name: String
        public let keys: Int64
        public let memory: Int64

        public init(kind: Kind, name: String, keys: Int64, memory: Int64) {
            self.kind = kind
            self.name = name
            self.keys = keys
            self.memory = memory
        }
    }

    public let time: Timestamp
    public let entries: [Entry]

    public init(time: Timestamp, entries: [Entry]) {
        self.time = time
        self.entries = entries
    }

    static let mostPrefixes = 200
}

extension KeyspaceReport {
    /// Nil for a scan that did not see everything: less would look like shrinking.
    public func summary(at time: Timestamp) -> KeyspaceSummary? {
        guard isComplete, estimate == nil else { return nil }
        let all = KeyspaceSummary.Entry(kind: .all, name: "", keys: total.keys, memory: total.memory)
        let byType = types.map {
            KeyspaceSummary.Entry(kind: .type, name: $0.type, keys: $0.total.keys, memory: $0.total.memory)
        }
        let byPrefix = prefixes.prefix(KeyspaceSummary.mostPrefixes).map {
            KeyspaceSummary.Entry(kind: .prefix, name: $0.pattern, keys: $0.total.keys, memory: $0.total.memory)
        }
        return KeyspaceSummary(time: time, entries: [all] + byType + byPrefix)
    }

    /// What has grown or shrunk the most since then, in memory; the first row is of all keys.
    func growth(since before: KeyspaceSummary, _ limit: Int) -> Evidence {
        let now = summary(at: .now)?.entries ?? []
        let old = Dictionary(before.entries.map { (Key($0), $0) }) { $1 }
        // A prefix that was beyond the most that are kept is not new.
        let isFull = before.entries.filter { $0.kind == .prefix }.count >= KeyspaceSummary.mostPrefixes
        var changes = now.compactMap { entry -> Change? in
            let earlier = old[Key(entry)]
            guard earlier != nil || !isFull else { return nil }
            return Change(entry, keys: entry.keys - (earlier?.keys ?? 0), memory: entry.memory - (earlier?.memory ?? 0))
        }
        let known = Set(now.map(Key.init))
        changes += before.entries.filter { !known.contains(Key($0)) && prefixes.count < KeyspaceSummary.mostPrefixes }
            .map { Change($0, keys: -$0.keys, memory: -$0.memory, isGone: true) }
        let sorted = changes.filter { $0.entry.kind == .prefix && ($0.keys != 0 || $0.memory != 0) }
            .sorted { (abs($0.memory), abs($0.keys), $1.entry.name) > (abs($1.memory), abs($1.keys), $0.entry.name) }
        let age = Units.seconds(Timestamp.now.seconds(since: before.time))
        return .table(
            "redis.keys.growth", "Growth since the scan \(age) ago (\(before.time))",
            columns: ["prefix", "keys", "memory", "keys now", "memory now"],
            rows: (changes.filter { $0.entry.kind == .all } + sorted.prefix(limit)).map(\.cells))
    }

    private struct Key: Hashable {
        let kind: KeyspaceSummary.Entry.Kind
        let name: String

        init(_ entry: KeyspaceSummary.Entry) { (kind, name) = (entry.kind, entry.name) }
    }

    private struct Change {
        let entry: KeyspaceSummary.Entry
        let keys: Int64
        let memory: Int64
        /// It has vanished altogether.
        let isGone: Bool

        init(_ entry: KeyspaceSummary.Entry, keys: Int64, memory: Int64, isGone: Bool = false) {
            self.entry = entry
            self.keys = keys
            self.memory = memory
            self.isGone = isGone
        }

        var cells: [Cell] {
            let name = entry.kind == .all ? "all" : (entry.name.isEmpty ? "(no prefix)" : entry.name)
            return [
                .text(name), .integer(keys), .bytes(memory), .integer(isGone ? 0 : entry.keys),
                .bytes(isGone ? 0 : entry.memory),
            ]
        }
    }
}

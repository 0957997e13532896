/// A key as a scan found it.
public struct KeyRecord: Sendable, Hashable {
    public let database: Int
    public let name: KeyName
    /// `string`, `list`, `set`, `zset`, `hash`, `stream`, or a module's own.
    public let type: String
    /// By MEMORY USAGE; nil where the server doesn't tell.
    public let memory: Int64?
    /// Elements of a collection, bytes of a string; nil for a module's type.
    public let elements: Int64?
    /// Until it expires; nil when it never does.
    public let secondsToLive: Int64?
}

/// The few largest of many by one measure, the largest first and equal ones by name, so that two runs give the same.
/// A key that SCAN gives twice (it may) counts once.
struct KeyRanking: Sendable {
    private(set) var records: [KeyRecord] = []
    private let limit: Int
    private let measure: @Sendable (KeyRecord) -> Int64?

    init(limit: Int, by measure: @escaping @Sendable (KeyRecord) -> Int64?) {
        self.limit = limit
        self.measure = measure
    }

    mutating func offer(_ record: KeyRecord) {
        guard let size = measure(record), limit > 0 else { return }
        if records.count == limit, let last = records.last, !precedes(record, size, last) { return }
        if let same = records.firstIndex(where: { $0.name == record.name && $0.database == record.database }) {
            records.remove(at: same)
        }
        let place = records.firstIndex { precedes(record, size, $0) } ?? records.count
        records.insert(record, at: place)
        if records.count > limit { records.removeLast() }
    }

    private func precedes(_ record: KeyRecord, _ size: Int64, _ other: KeyRecord) -> Bool {
        let otherSize = measure(other) ?? 0
        guard size == otherSize else { return size > otherSize }
        guard record.name != other.name else { return record.database < other.database }
        return record.name.bytes.lexicographicallyPrecedes(other.name.bytes)
    }
}

/// What a group of keys comes to.
public struct KeyTotal: Sendable, Hashable {
    public private(set) var keys: Int64 = 0
    /// In bytes, of those keys whose memory is known.
    public private(set) var memory: Int64 = 0
    /// Elements of collections, bytes of strings.
    public private(set) var elements: Int64 = 0
    public private(set) var withoutExpiry: Int64 = 0

    public init() {}

    mutating func add(_ record: KeyRecord) {
        keys += 1
        memory &+= record.memory ?? 0
        elements &+= record.elements ?? 0
        if record.secondsToLive == nil { withoutExpiry += 1 }
    }

    mutating func add(_ other: KeyTotal) {
        keys += other.keys
        memory &+= other.memory
        elements &+= other.elements
        withoutExpiry += other.withoutExpiry
    }
}

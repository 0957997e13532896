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
    /// Until it expires; nil when it never does, or that is not known.
    public let secondsToLive: Int64?
}

/// The few largest of many by one measure, the largest first and equal ones by name, so that two runs give the same.
/// A key that SCAN gives twice (it may) counts once.
struct KeyRanking: Sendable {
    enum Measure: Sendable { case memory, elements }

    private(set) var records: [KeyRecord] = []
    private let limit: Int
    private let measure: Measure
    /// Of the last one, once there are as many as are wanted.
    private var least: Int64 = .min

    init(limit: Int, by measure: Measure) {
        self.limit = limit
        self.measure = measure
    }

    /// Whether one of this size may have a place: most have none, and need not be made for that.
    func hasPlace(for size: Int64) -> Bool { size >= least && limit > 0 }

    /// Whether it has one: among equal ones the names decide.
    func hasPlace(for size: Int64, _ name: UnsafeRawBufferPointer) -> Bool {
        guard hasPlace(for: size) else { return false }
        guard size == least, let last = records.last else { return true }
        return !last.name.bytes.lexicographicallyPrecedes(name)
    }

    mutating func offer(_ record: KeyRecord) {
        guard let size = size(of: record), limit > 0 else { return }
        if records.count == limit, let last = records.last, !precedes(record, size, last) { return }
        if let same = records.firstIndex(where: { $0.name == record.name && $0.database == record.database }) {
            records.remove(at: same)
        }
        let place = records.firstIndex { precedes(record, size, $0) } ?? records.count
        records.insert(record, at: place)
        if records.count > limit { records.removeLast() }
        if records.count == limit { least = records.last.flatMap(self.size(of:)) ?? .min }
    }

    mutating func merge(_ other: KeyRanking) { for record in other.records { offer(record) } }

    private func size(of record: KeyRecord) -> Int64? { measure == .memory ? record.memory : record.elements }

    private func precedes(_ record: KeyRecord, _ size: Int64, _ other: KeyRecord) -> Bool {
        let otherSize = self.size(of: other) ?? 0
        guard size == otherSize else { return size > otherSize }
        guard record.name != other.name else { return record.database < other.database }
        return record.name.bytes.lexicographicallyPrecedes(other.name.bytes)
    }
}

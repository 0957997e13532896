/// What a look for hot keys has seen, in bounded memory.
struct HotKeysTally: Sendable {
    struct Key: Sendable, Hashable {
        let name: KeyName
        let database: Int
        /// OBJECT FREQ, or seconds since it was asked for.
        let value: Int64
    }

    /// Keys of one shape.
    struct Group: Sendable, Hashable {
        var keys: Int64 = 0
        /// Of OBJECT FREQ, or of seconds.
        var sum: Int64 = 0
        var hottest: Int64
        /// Those that were asked for in the last minute; without counts only.
        var recent: Int64 = 0
    }

    /// Seconds of the columns of idle keys.
    static let ages: [Int64] = [60, 3600, 86_400, 7 * 86_400]

    let countsAccesses: Bool
    private let top: Int
    private(set) var seen: Int64 = 0
    /// The hottest first.
    private(set) var hottest: [Key] = []
    private(set) var groups: [String: Group] = [:]
    /// How many keys were idle for at most each of `ages`, and for longer.
    private(set) var byAge = [Int64](repeating: 0, count: ages.count + 1)

    private static let mostGroups = 10_000

    init(countsAccesses: Bool, top: Int) {
        self.countsAccesses = countsAccesses
        self.top = top
    }

    mutating func add(_ name: KeyName, in database: Int, _ value: Int64) {
        seen += 1
        let shape = KeyShape.of(name.bytes)
        if groups[shape] != nil || groups.count < Self.mostGroups { add(value, to: shape) }
        if !countsAccesses { byAge[Self.ages.firstIndex { value <= $0 } ?? Self.ages.count] += 1 }
        offer(Key(name: name, database: database, value: value))
    }

    private mutating func add(_ value: Int64, to shape: String) {
        var group = groups[shape] ?? Group(hottest: value)
        group.keys += 1
        group.sum &+= value
        if isHotter(value, group.hottest) { group.hottest = value }
        if !countsAccesses, value <= Self.ages[0] { group.recent += 1 }
        groups[shape] = group
    }

    private func isHotter(_ one: Int64, _ other: Int64) -> Bool { countsAccesses ? one > other : one < other }

    /// SCAN may give a key twice: it counts once here.
    private mutating func offer(_ key: Key) {
        if hottest.count == top, let last = hottest.last, !precedes(key, last) { return }
        if let same = hottest.firstIndex(where: { $0.name == key.name && $0.database == key.database }) {
            hottest.remove(at: same)
        }
        hottest.insert(key, at: hottest.firstIndex { precedes(key, $0) } ?? hottest.count)
        if hottest.count > top { hottest.removeLast() }
    }

    private func precedes(_ one: Key, _ other: Key) -> Bool {
        guard one.value == other.value else { return isHotter(one.value, other.value) }
        return (one.database, one.name.description) < (other.database, other.name.description)
    }
}

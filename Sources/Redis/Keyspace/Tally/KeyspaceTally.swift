import Diagnostics

/// What the keys of one node, or of all, add up to so far.
struct KeyspaceTally: Sendable {
    struct OfType: Sendable {
        var total = KeyTotal()
        var largest: KeyRanking
        var longest: KeyRanking
        /// Of those that were asked how they are kept, by `KeyEncoding`'s numbers.
        var encodings = [Int64](repeating: 0, count: KeyEncoding.names.count)

        mutating func merge(_ other: OfType) {
            total.add(other.total)
            largest.merge(other.largest)
            longest.merge(other.longest)
            for index in encodings.indices { encodings[index] += other.encodings[index] }
        }
    }

    private(set) var keysSeen: Int64 = 0
    private(set) var vanished: Int64 = 0
    private(set) var moved: Int64 = 0
    private(set) var misplaced: Int64 = 0
    /// Names too long to be asked about.
    private(set) var unasked: Int64 = 0
    var changedType: Int64 = 0
    /// Databases that were scanned to their end.
    var finishedDatabases: Set<Int> = []

    private(set) var types: [String: OfType] = [:]
    private(set) var prefixes = KeyPrefixes()
    private(set) var patterns: [(pattern: GlobPattern, total: KeyTotal)]
    private(set) var largest: KeyRanking
    private(set) var longest: KeyRanking
    /// By type number; merged into `types` in the end.
    private var byType: [OfType] = []
    private let top: Int

    init(_ options: KeyspaceScan.Options) {
        top = options.top
        patterns = options.patterns.map { (GlobPattern($0), KeyTotal()) }
        largest = KeyRanking(limit: options.top, by: .memory)
        longest = KeyRanking(limit: options.top, by: .elements)
    }

    /// Counts what came of a batch, and keeps those of its keys that are among the largest.
    mutating func add(_ batch: KeyBatch, _ names: KeyTypeNames) {
        while byType.count < names.names.count { byType.append(newType) }
        for index in 0..<batch.count {
            let key = batch.keys[index]
            switch key.fate {
            case .vanished: vanished += 1
            case .moved: moved += 1
            case .misplaced: misplaced += 1
            case .present: batch.withName(index) { add(key, $0, batch.database, names) }
            }
        }
    }

    private var newType: OfType {
        OfType(largest: KeyRanking(limit: top, by: .memory), longest: KeyRanking(limit: top, by: .elements))
    }

    private mutating func add(
        _ key: KeyBatch.Key, _ name: UnsafeRawBufferPointer, _ database: Int, _ names: KeyTypeNames
    ) {
        keysSeen += 1
        if key.wholeNameLength > name.count { unasked += 1 }
        let type = Int(key.type.rawValue)
        let one = KeyTotal(memory: key.memory, elements: key.length, expiry: key.expiry, weight: key.expiryWeight)
        byType[type].total.add(one)
        if key.encoding > 0 { byType[type].encodings[Int(key.encoding)] += 1 }
        prefixes.add(name, one)
        for index in patterns.indices where patterns[index].pattern.matches(name) {
            patterns[index].total.add(one)
        }
        rank(key, name, database, names)
    }

    /// Whether a key is among the largest so far.
    func mayRank(_ key: KeyBatch.Key, _ name: UnsafeRawBufferPointer) -> Bool {
        let type = Int(key.type.rawValue)
        guard type < byType.count else { return true }
        return key.memory >= 0 && byType[type].largest.hasPlace(for: key.memory, name)
            || key.length >= 0 && byType[type].longest.hasPlace(for: key.length, name)
    }

    private mutating func rank(
        _ key: KeyBatch.Key, _ name: UnsafeRawBufferPointer, _ database: Int, _ names: KeyTypeNames
    ) {
        let type = Int(key.type.rawValue)
        // The ranking of its type is the easier one to enter.
        let isLarge = key.memory >= 0 && byType[type].largest.hasPlace(for: key.memory)
        let isLong = key.length >= 0 && byType[type].longest.hasPlace(for: key.length)
        guard isLarge || isLong else { return }
        let record = KeyRecord(
            database: database, name: KeyName(name, length: key.wholeNameLength), type: names[key.type],
            memory: key.memory >= 0 ? key.memory : nil, elements: key.length >= 0 ? key.length : nil,
            secondsToLive: key.expiry >= 0 ? key.expiry : nil)
        byType[type].largest.offer(record)
        byType[type].longest.offer(record)
        largest.offer(record)
        // A string's length is in bytes and has no place among numbers of elements.
        if key.type != .string { longest.offer(record) }
    }

    /// Puts the types under their names; no batch is added any more after that.
    mutating func close(_ names: KeyTypeNames) {
        for (name, tally) in zip(names.names, byType) where tally.total.keys > 0 { types[name] = tally }
        byType = []
    }

    /// Adds what another node's keys come to.
    mutating func merge(_ other: KeyspaceTally) {
        keysSeen += other.keysSeen
        vanished += other.vanished
        moved += other.moved
        misplaced += other.misplaced
        unasked += other.unasked
        changedType += other.changedType
        let none = newType
        for (name, tally) in other.types { types[name, default: none].merge(tally) }
        prefixes.merge(other.prefixes)
        for index in patterns.indices { patterns[index].total.add(other.patterns[index].total) }
        largest.merge(other.largest)
        longest.merge(other.longest)
    }
}

/// Random places in SCAN's order, at each of which a short piece of it is read.
///
/// RANDOMKEY would be the obvious way, and is the wrong one: it takes one of some fifteen neighbours of a random place, so
/// that a key behind empty places is drawn more often, every time anew; and on a master it deletes what has expired. SCAN's
/// cursor is a place in the server's hash table (`dictScan` of dict.c), any number is one, and the table's order is by a
/// hash with a random secret: where a key lies has nothing to do with its name, size or age. So a piece of that order is a
/// random sample of the keys. What is left of the neighbours' bias is that a piece reaches further where keys are rare; it
/// is the same for all keys of a piece and small where pieces hold many, and the error that is told is taken from how much
/// the pieces differ.
///
/// In a cluster a server from Redis 7.4 and Valkey 8 on keeps a table for each slot, the cursor's lowest bits its number;
/// there a slot is drawn as often as it has keys. Older ones keep one table for all.
struct SampleWalk: Sendable {
    static let keysInOnePiece = 50

    private var pieces: Int
    private let slots: SlotWeights?
    private var random = SystemRandomNumberGenerator()

    init(pieces: Int, slots: SlotWeights? = nil) {
        self.pieces = pieces
        self.slots = slots
    }

    /// The next cursor to begin at; nil when enough have been given.
    mutating func next() -> [UInt8]? {
        guard pieces > 0 else { return nil }
        pieces -= 1
        let place = UInt64.random(in: 0..<(1 << 44), using: &random)
        guard let slots, let slot = slots.draw(using: &random) else { return Array(String(place).utf8) }
        return Array(String(place << 14 | UInt64(slot)).utf8)
    }
}

/// How many keys each slot of a node has, to draw slots as often as they have keys.
struct SlotWeights: Sendable {
    private let slots: [Int]
    /// Keys up to and with each.
    private let sums: [Int64]

    init(_ counts: [(slot: Int, keys: Int64)]) {
        let used = counts.filter { $0.keys > 0 }
        slots = used.map(\.slot)
        var sum: Int64 = 0
        sums = used.map { count in
            sum += count.keys
            return sum
        }
    }

    func draw(using random: inout SystemRandomNumberGenerator) -> Int? {
        guard let total = sums.last, total > 0 else { return nil }
        let chosen = Int64.random(in: 0..<total, using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > chosen { high = middle } else { low = middle + 1 }
        }
        return slots[low]
    }
}

/// The keys of a sample, each with the piece that it came in: few enough to be kept until all prefixes are known.
struct SampleTally: Sendable {
    struct Key: Sendable {
        let piece: Int32
        let type: UInt8
        let memory: Int64
        let expiry: Int64
        /// In `prefixes`; -1 where there was no room.
        let prefix: Int32
        /// A bit for each pattern that it matches.
        let patterns: UInt64
    }

    /// A database of a node: pieces are drawn from each on its own.
    struct Stratum: Sendable {
        /// By INFO.
        let keys: Int64
        var pieces: Range<Int>
    }

    private(set) var keys: [Key] = []
    private(set) var strata: [Stratum] = []
    private(set) var prefixes = KeyPrefixes()
    private(set) var names = KeyTypeNames()
    private let patterns: [GlobPattern]
    private var pieces = 0

    init(patterns: [String]) { self.patterns = patterns.prefix(64).map(GlobPattern.init) }

    mutating func begin(stratum keys: Int64) { strata.append(Stratum(keys: keys, pieces: pieces..<pieces)) }

    mutating func add(_ batch: KeyBatch, _ names: KeyTypeNames) {
        for index in 0..<batch.count where batch.keys[index].fate == .present {
            let key = batch.keys[index]
            batch.withName(index) { name in
                prefixes.add(name, KeyTotal(memory: key.memory, elements: key.length, expiry: key.expiry))
                keys.append(
                    Key(
                        piece: Int32(pieces), type: key.type.rawValue, memory: max(0, key.memory), expiry: key.expiry,
                        prefix: prefixes.place(ofKey: name).map(Int32.init) ?? -1, patterns: matches(name)))
            }
        }
        self.names = names
        pieces += 1
        guard let last = strata.indices.last else { return }
        strata[last].pieces = strata[last].pieces.lowerBound..<pieces
    }

    private func matches(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var bits: UInt64 = 0
        for (index, pattern) in patterns.enumerated() where pattern.matches(name) { bits |= 1 << UInt64(index) }
        return bits
    }
}

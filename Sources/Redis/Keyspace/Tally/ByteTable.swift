/// Strings of bytes and a number for each, counted from zero in the order in which they came: a hash table that is asked
/// with bytes where they lie, so that looking something up allocates nothing.
struct ByteTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// Index plus one, zero for a free place; its size is a power of two.
    private var places = [UInt32](repeating: 0, count: 256)

    var count: Int { ends.count }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    func index(of name: UnsafeRawBufferPointer) -> Int? {
        let hash = Self.hash(name)
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] != 0 {
            let index = Int(places[place]) - 1
            if hashes[index] == hash, self[index].elementsEqual(name) { return index }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// The number of one that is not there yet.
    mutating func insert(_ name: UnsafeRawBufferPointer) -> Int {
        if 2 * (count + 1) > places.count { grow() }
        let hash = Self.hash(name)
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        hashes.append(hash)
        settle(count - 1)
        return count - 1
    }

    private mutating func settle(_ index: Int) {
        var place = Int(truncatingIfNeeded: hashes[index]) & (places.count - 1)
        while places[place] != 0 { place = (place + 1) & (places.count - 1) }
        places[place] = UInt32(index + 1)
    }

    private mutating func grow() {
        places = [UInt32](repeating: 0, count: 2 * places.count)
        for index in 0..<count { settle(index) }
    }

    /// FNV-1a, its high bits folded in. The tables are bounded, and who chooses keys gains nothing but slowness by clashes:
    /// equal hashes are compared byte by byte.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 32)
    }
}

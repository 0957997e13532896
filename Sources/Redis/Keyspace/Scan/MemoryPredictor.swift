/// Takes the memory of a short string from that of others like it, so that MEMORY USAGE is asked of few of them.
///
/// A string's memory is that of its name, its value, its place in the table and what the allocator adds to each
/// (`objectComputeSize` of object.c): strings of one shape, with names as long and values as long, take the same. A few must
/// have done so before it is believed, one in sixteen is asked all the same, and many times as many must agree after
/// each surprise. What can differ unseen is the room that APPEND leaves behind a value, as much as the value again.
///
/// Only strings: a hash of two fields may hold anything.
struct MemoryPredictor: Sendable {
    /// Values that are longer, in bytes, are asked each: there are few of one length, and they matter more.
    static let longest: Int64 = 16 << 10
    private static let firstTrust: UInt16 = 4

    private struct Guess {
        var likeness: UInt32 = 0
        var memory: UInt32 = 0
        var inARow: UInt16 = 0
        /// 8 to the power of this many times as many in a row are asked for.
        var caution: UInt8 = 0
    }

    private var guesses = [Guess](repeating: Guess(), count: 1 << 14)
    /// By shape: how often nothing was known of late, less how often something was.
    private var misses = [UInt8](repeating: 0, count: 1 << 12)
    /// One in sixteen is asked though it is known.
    private var chance: UInt32 = 0

    /// Whether it is better to ask at once than to wait for the length: as a check, or since those of this shape are mostly
    /// unlike each other.
    mutating func asksAtOnce(_ shape: UInt32) -> Bool {
        // By chance, so that no order of keys can pass it by; any generator will do (here that of Numerical Recipes).
        chance = chance &* 1_664_525 &+ 1_013_904_223
        return chance >> 28 == 0 || misses[TypePredictor.place(shape)] > 32
    }

    /// In bytes; nil where it has to be asked.
    mutating func memory(_ shape: UInt32, nameLength: Int, length: Int64) -> Int64? {
        let likeness = Self.likeness(shape, nameLength, length)
        let known = trusted(likeness, length)
        note(isKnown: known != nil, shape)
        return known
    }

    /// What the server told.
    mutating func learn(_ shape: UInt32, nameLength: Int, length: Int64, memory: Int64) {
        guard length <= Self.longest, memory > 0 else { return }
        let likeness = Self.likeness(shape, nameLength, length)
        let place = Self.place(likeness)
        let guess = guesses[place]
        note(isKnown: trusted(likeness, length) == memory, shape)
        if guess.likeness == likeness, Int64(guess.memory) == memory {
            if guess.inARow < .max { guesses[place].inARow += 1 }
        } else if guess.likeness == likeness {
            guesses[place].memory = UInt32(clamping: memory)
            guesses[place].inARow = 1
            guesses[place].caution = min(4, guess.caution + 1)
        } else if guess.inARow > 1 {
            // Another has its place: it must fall out of use before.
            guesses[place].inARow /= 2
        } else {
            guesses[place] = Guess(likeness: likeness, memory: UInt32(clamping: memory), inARow: 1)
        }
    }

    private func trusted(_ likeness: UInt32, _ length: Int64) -> Int64? {
        let guess = guesses[Self.place(likeness)]
        guard length <= Self.longest, guess.likeness == likeness,
            guess.inARow >= Self.firstTrust << (3 * UInt16(guess.caution))
        else { return nil }
        return Int64(guess.memory)
    }

    private mutating func note(isKnown: Bool, _ shape: UInt32) {
        let place = TypePredictor.place(shape)
        if isKnown {
            if misses[place] > 0 { misses[place] -= 1 }
        } else if misses[place] < 64 {
            misses[place] += 1
        }
    }

    private static func likeness(_ shape: UInt32, _ nameLength: Int, _ length: Int64) -> UInt32 {
        (shape &* 31 ^ UInt32(truncatingIfNeeded: nameLength)) &* 0x0100_0193 ^ UInt32(truncatingIfNeeded: length)
    }

    private static func place(_ likeness: UInt32) -> Int { Int((likeness &* 0x9E37_79B1) >> 18) }
}

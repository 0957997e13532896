/// Of which keys it is asked when they expire: of all of a shape as long as there are few, then of one in so many.
///
/// SCAN's order is by a hash with a random secret, so the keys of a shape come in random order and each of these is as good
/// as its neighbours. An answer counts for as many keys as it stands for, so that shapes that are asked at different rates
/// can be added up (Horvitz and Thompson, 1952). Of a share that was estimated from n answers the error is about 1/√n at
/// most: 3 % for the first key beyond those that are all asked, 0.4 % for a million.
struct ExpirySampling: Sendable {
    /// Keys of a shape that are all asked.
    static let all: UInt32 = 1024
    static let every: UInt32 = 16

    private struct Seen {
        var shape: UInt32 = 0
        var keys: UInt32 = 0
    }

    private var seen = [Seen](repeating: Seen(), count: 1 << 12)

    /// For how many keys the answer about the next one of this shape stands; 0 where it is not to be asked.
    mutating func weight(ofNext shape: UInt32) -> UInt8 {
        let place = TypePredictor.place(shape)
        // Of two shapes in one place each begins anew, and more is asked than need be.
        if seen[place].shape != shape { seen[place] = Seen(shape: shape) }
        let number = seen[place].keys
        guard number >= Self.all else {
            seen[place].keys += 1
            return 1
        }
        seen[place].keys = number + 1 < Self.all + Self.every ? number + 1 : Self.all
        return number + 1 == Self.all + Self.every ? UInt8(Self.every) : 0
    }
}

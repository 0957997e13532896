/// What a group of keys comes to.
public struct KeyTotal: Sendable, Hashable {
    public private(set) var keys: Int64 = 0
    /// In bytes, of those keys whose memory is known.
    public private(set) var memory: Int64 = 0
    /// Elements of collections, bytes of strings.
    public private(set) var elements: Int64 = 0
    public private(set) var expiry = ExpirySpread()

    public var withoutExpiry: Int64 { expiry.never }

    /// In place of seconds to live where they are not known.
    static let unknownExpiry = Int64.min

    public init() {}

    /// Of one key.
    ///
    /// - Parameters:
    ///   - memory: negative where it is not known.
    ///   - elements: negative where there are none.
    ///   - expiry: seconds to live, -1 for never, or `unknownExpiry`.
    ///   - weight: for how many keys the expiry stands.
    init(memory: Int64, elements: Int64, expiry: Int64, weight: UInt8 = 1) {
        keys = 1
        self.memory = max(0, memory)
        self.elements = max(0, elements)
        if expiry != Self.unknownExpiry, weight > 0 { self.expiry.add(expiry, weight: Int64(weight)) }
    }

    mutating func add(_ other: KeyTotal) {
        keys += other.keys
        memory &+= other.memory
        elements &+= other.elements
        expiry.add(other.expiry)
    }
}

/// When the keys of a group expire.
public struct ExpirySpread: Sendable, Hashable {
    /// Up to how many seconds each bucket reaches; the last has no end. Before them is what never expires.
    static let limits: [Int64] = [60, 3600, 86_400, 7 * 86_400, 30 * 86_400, .max]
    static let names = ["< 1 min", "< 1 h", "< 1 day", "< 7 days", "< 30 days", "later"]

    /// Never, then one for each of `limits`, and in the last place how many keys were asked.
    private var counts: SIMD8<Int64> = .zero
    private static let askedPlace = 7

    public var never: Int64 { counts[0] }

    /// One for each of `limits`.
    public var expiring: [Int64] { Self.limits.indices.map { counts[$0 + 1] } }

    /// Of how many keys it is known, those included that others stand for.
    public var known: Int64 { counts.wrappedSum() &- asked }

    /// How many keys were asked.
    public var asked: Int64 { counts[Self.askedPlace] }

    mutating func add(_ seconds: Int64, weight: Int64) {
        let bucket =
            seconds < 86_400
            ? (seconds < 0 ? 0 : seconds < 60 ? 1 : seconds < 3600 ? 2 : 3)
            : seconds < 7 * 86_400 ? 4 : seconds < 30 * 86_400 ? 5 : 6
        counts[bucket] &+= weight
        counts[Self.askedPlace] &+= 1
    }

    /// What it comes to for so many keys, where not all were asked.
    func scaled(to keys: Int64) -> [Int64] {
        let counted = [never] + expiring
        guard known > 0, known != keys else { return counted }
        return counted.map { Int64((Double($0) * Double(keys) / Double(known)).rounded()) }
    }

    mutating func add(_ other: ExpirySpread) { counts &+= other.counts }
}

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

    /// - Parameters:
    ///   - memory: negative where it is not known.
    ///   - elements: negative where there are none.
    ///   - expiry: seconds to live, -1 for never, or `unknownExpiry`.
    mutating func add(memory: Int64, elements: Int64, expiry: Int64) {
        keys += 1
        if memory > 0 { self.memory &+= memory }
        if elements > 0 { self.elements &+= elements }
        if expiry != Self.unknownExpiry { self.expiry.add(expiry) }
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

    private var counts: SIMD8<Int64> = .zero

    public var never: Int64 { counts[0] }

    /// One for each of `limits`.
    public var expiring: [Int64] { Self.limits.indices.map { counts[$0 + 1] } }

    /// Of how many keys it is known.
    public var known: Int64 { counts.wrappedSum() }

    mutating func add(_ seconds: Int64) {
        guard seconds >= 0 else {
            counts[0] &+= 1
            return
        }
        let bucket =
            seconds < 86_400
            ? (seconds < 60 ? 1 : seconds < 3600 ? 2 : 3)
            : seconds < 7 * 86_400 ? 4 : seconds < 30 * 86_400 ? 5 : 6
        counts[bucket] &+= 1
    }

    mutating func add(_ other: ExpirySpread) { counts &+= other.counts }
}

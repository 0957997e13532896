import Glibc

/// What a sample says of all keys, each number with the half width of its 95 % confidence interval.
public struct KeyspaceEstimate: Sendable {
    public struct Number: Sendable, Hashable {
        public let value: Double
        /// 1.96 times the standard error.
        public let error: Double

        public init(value: Double, error: Double) {
            self.value = value
            self.error = error
        }
    }

    public struct Group: Sendable, Hashable {
        public let name: String
        /// How many of the sample's keys are of it.
        public let sampled: Int
        public let keys: Number
        public let memory: Number
        /// Of those sampled.
        public let withoutExpiry: Double?
    }

    public let sampled: Int
    public let keysTotal: Int64
    public let all: Group
    /// The most memory first.
    public let types: [Group]
    public let prefixes: [Group]
    public let patterns: [Group]
}

extension KeyspaceEstimate {
    /// Of the samples of all nodes; nil for one without a key.
    init?(_ samples: [SampleTally], patterns: [String]) {
        let sampled = samples.reduce(0) { $0 + $1.keys.count }
        guard sampled > 0 else { return nil }
        self.sampled = sampled
        keysTotal = samples.flatMap(\.strata).reduce(0) { $0 + $1.keys }
        var prefixes: [String: Estimator] = [:]
        var types: [String: Estimator] = [:]
        var matching = patterns.map { _ in Estimator() }
        var all = Estimator()
        for sample in samples {
            let patternOf = sample.prefixes.mergedPatterns
            for stratum in sample.strata {
                let keys = sample.keys(of: stratum)
                let design = Estimator.Design(stratum, keys)
                all.add(keys, design)
                for (name, group) in Dictionary(grouping: keys, by: { sample.names[KeyType(rawValue: $0.type)] }) {
                    types[name, default: Estimator()].add(group, design)
                }
                let byPrefix = Dictionary(grouping: keys) { $0.prefix < 0 ? "others" : patternOf[Int($0.prefix)] }
                for (name, group) in byPrefix { prefixes[name, default: Estimator()].add(group, design) }
                for index in matching.indices {
                    matching[index].add(keys.filter { $0.patterns & (1 << UInt64(index)) != 0 }, design)
                }
            }
        }
        self.all = all.group("all")
        self.types = Self.sorted(types)
        self.prefixes = Self.sorted(prefixes)
        self.patterns = zip(patterns, matching).map { $1.group($0) }
    }

    private static func sorted(_ groups: [String: Estimator]) -> [Group] {
        groups.map { $1.group($0) }.sorted {
            ($0.memory.value, $0.keys.value, $1.name) > ($1.memory.value, $1.keys.value, $0.name)
        }
    }
}

extension SampleTally {
    fileprivate func keys(of stratum: Stratum) -> ArraySlice<Key> {
        let first = keys.firstIndex { $0.piece >= Int32(stratum.pieces.lowerBound) } ?? keys.endIndex
        let end = keys[first...].firstIndex { $0.piece >= Int32(stratum.pieces.upperBound) } ?? keys.endIndex
        return keys[first..<end]
    }
}

/// The ratio estimator for a sample of pieces (Cochran, Sampling Techniques, 3rd edition, 6.1 and 9A.1): in each stratum a
/// group's share of the sample's keys, times the keys that there are. Its variance is taken between the pieces.
private struct Estimator {
    /// What all groups of a stratum share.
    struct Design {
        let keys: Double
        let pieces: Int
        let sampled: Double
        /// Keys of each piece.
        let sizes: [Double]
        let firstPiece: Int

        init(_ stratum: SampleTally.Stratum, _ keys: ArraySlice<SampleTally.Key>) {
            self.keys = Double(stratum.keys)
            pieces = stratum.pieces.count
            firstPiece = stratum.pieces.lowerBound
            var sizes = [Double](repeating: 0, count: pieces)
            for key in keys { sizes[Int(key.piece) - firstPiece] += 1 }
            self.sizes = sizes
            sampled = Double(keys.count)
        }
    }

    private var sampled = 0
    private var expiryKnown = 0
    private var withoutExpiry = 0
    private var keys = (value: 0.0, variance: 0.0)
    private var memory = (value: 0.0, variance: 0.0)

    mutating func add(_ group: some Collection<SampleTally.Key>, _ design: Design) {
        guard design.sampled > 0 else { return }
        sampled += group.count
        var (counts, bytes) = (
            [Double](repeating: 0, count: design.pieces), [Double](repeating: 0, count: design.pieces)
        )
        for key in group {
            counts[Int(key.piece) - design.firstPiece] += 1
            bytes[Int(key.piece) - design.firstPiece] += Double(key.memory)
            if key.expiry != KeyTotal.unknownExpiry { expiryKnown += 1 }
            if key.expiry == -1 { withoutExpiry += 1 }
        }
        Self.add(counts, design, to: &keys)
        Self.add(bytes, design, to: &memory)
    }

    private static func add(_ sums: [Double], _ design: Design, to estimate: inout (value: Double, variance: Double)) {
        let ratio = sums.reduce(0, +) / design.sampled
        estimate.value += design.keys * ratio
        guard design.pieces > 1 else { return }
        let squares = zip(sums, design.sizes).reduce(0) { $0 + ($1.0 - ratio * $1.1) * ($1.0 - ratio * $1.1) }
        let pieces = Double(design.pieces)
        let mean = design.sampled / pieces
        let unseen = max(0, 1 - design.sampled / max(1, design.keys))
        estimate.variance += design.keys * design.keys * unseen * squares / (pieces * (pieces - 1) * mean * mean)
    }

    func group(_ name: String) -> KeyspaceEstimate.Group {
        KeyspaceEstimate.Group(
            name: name, sampled: sampled, keys: number(keys), memory: number(memory),
            withoutExpiry: expiryKnown > 0 ? Double(withoutExpiry) / Double(expiryKnown) : nil)
    }

    private func number(_ estimate: (value: Double, variance: Double)) -> KeyspaceEstimate.Number {
        .init(value: estimate.value, error: 1.96 * estimate.variance.squareRoot())
    }
}

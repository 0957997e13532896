import Diagnostics

/// What a scan of the keyspace found.
public struct KeyspaceReport: Sendable {
    public struct TypeTotal: Sendable, Hashable {
        public let type: String
        public let total: KeyTotal
        /// By memory.
        public let largest: [KeyRecord]
        /// By elements, or bytes for strings.
        public let longest: [KeyRecord]
        /// Of those keys that were asked how they are kept: how many in which way, the most first.
        public let encodings: [Encoding]
    }

    public struct Encoding: Sendable, Hashable {
        public let name: String
        public let keys: Int64
    }

    /// A node that was read.
    public struct Node: Sendable {
        public let address: String
        public let role: Deployment.Role
        /// Why it and no other; nil where there was no choice.
        public let reason: String?
        /// Nil outside of a cluster.
        public let slots: SlotRanges?
        public let keysSeen: Int64
        public let keysTotal: Int64?
        /// By the server's own clock, the longest mean time of a step; nil where it doesn't tell.
        public let longestStep: Duration?
        public let interruption: ProbeError?
    }

    public let kind: Deployment.Kind
    public let nodes: [Node]
    public let keysSeen: Int64
    /// By INFO at the start; nil where it may not be asked.
    public let keysTotal: Int64?
    /// Keys that never expire, by INFO at the start as well.
    public let withoutExpiry: Int64?
    /// Keys that were gone before they could be asked about.
    public let vanished: Int64
    /// Keys that were on their way to another node, where they are counted.
    public let moved: Int64
    /// Keys in slots that their node does not serve: nobody can read them.
    public let misplaced: Int64
    /// Keys whose type was another one a moment later.
    public let changedType: Int64
    /// Keys with names too long to be asked about.
    public let unasked: Int64
    /// Those scanned to their end, on every node.
    public let finishedDatabases: [Int]
    /// The most memory first.
    public let types: [TypeTotal]
    public let largest: [KeyRecord]
    /// Of all types but strings.
    public let longest: [KeyRecord]
    public let prefixes: [KeyPrefixes.Entry]
    /// Keys whose prefix found no room in the table.
    public let otherPrefixes: KeyTotal
    public let patterns: [KeyPrefixes.Entry]
    /// Of a sample: what it says of all keys. The other totals are then those of the sample alone.
    public let estimate: KeyspaceEstimate?
    /// Questions that were refused.
    public let problems: [ProbeError]
    /// Why the scan ended before its end; nil when everything was seen.
    public let interruption: ProbeError?
    public let duration: Duration
    let maxStep: Duration

    public var isComplete: Bool { interruption == nil }

    /// How much of the keyspace was seen, 0…1; nil where its size is not known.
    public var share: Double? {
        if isComplete, estimate == nil { return 1 }
        return keysTotal.flatMap { $0 > 0 ? min(1, Double(keysSeen + vanished) / Double($0)) : nil }
    }

    public var total: KeyTotal { types.reduce(into: KeyTotal()) { $0.add($1.total) } }
}

extension KeyspaceReport {
    init(_ kind: Deployment.Kind, _ results: [NodeScan.Result], _ options: KeyspaceScan.Options, duration: Duration) {
        var tally = KeyspaceTally(options)
        for result in results { tally.merge(result.scan.tally) }
        let finished = results.map(\.scan.tally.finishedDatabases)
        self.kind = kind
        nodes = results.map(Node.init)
        keysSeen = tally.keysSeen
        keysTotal = Self.sum(results.map(\.keysTotal))
        withoutExpiry = Self.sum(results.map(\.withoutExpiry))
        (vanished, moved, misplaced) = (tally.vanished, tally.moved, tally.misplaced)
        (changedType, unasked) = (tally.changedType, tally.unasked)
        finishedDatabases = finished.reduce(finished.first ?? []) { $0.intersection($1) }.sorted()
        types = tally.types.map(TypeTotal.init).sorted {
            ($0.total.memory, $0.total.keys, $1.type) > ($1.total.memory, $1.total.keys, $0.type)
        }
        (largest, longest) = (tally.largest.records, tally.longest.records)
        (prefixes, otherPrefixes) = (tally.prefixes.entries, tally.prefixes.rest)
        patterns = tally.patterns.map { .init(pattern: $0.pattern.description, total: $0.total) }
        let samples = results.compactMap(\.scan.sample)
        estimate = samples.isEmpty ? nil : KeyspaceEstimate(samples, patterns: options.patterns)
        problems = results.flatMap(\.scan.problems).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        interruption = results.lazy.compactMap(\.scan.interruption).first
        self.duration = duration
        maxStep = options.maxStep
    }

    /// Nil where one is not known.
    private static func sum(_ numbers: [Int64?]) -> Int64? {
        numbers.reduce(Int64?.some(0)) { sum, number in sum.flatMap { sum in number.map { sum + $0 } } }
    }
}

extension KeyspaceReport.Node {
    init(_ result: NodeScan.Result) {
        address = "\(result.reader.node)"
        role = result.reader.node.role
        reason = result.reader.reason
        slots = result.slots
        keysSeen = result.scan.tally.keysSeen
        keysTotal = result.keysTotal
        longestStep = result.scan.longestStep
        interruption = result.scan.interruption
    }
}

extension KeyspaceReport.TypeTotal {
    init(_ type: String, _ tally: KeyspaceTally.OfType) {
        self.type = type
        total = tally.total
        (largest, longest) = (tally.largest.records, tally.longest.records)
        let counted = zip(KeyEncoding.names, tally.encodings).filter { $1 > 0 }
        encodings = counted.map { .init(name: $0, keys: $1) }.sorted { ($0.keys, $1.name) > ($1.keys, $0.name) }
    }
}

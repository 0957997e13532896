import Diagnostics

/// The lock graph as boxes and arrows, small enough to be looked at: equal waiters are one box, and of each waiter those
/// arrows are drawn that say why it waits. All of them are in the graph itself.
public struct LockDiagram: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        public enum Role: Sendable, Hashable {
            /// Waits for nobody.
            case root
            case waiter
            /// Waits for itself in the end.
            case ring
        }

        public let role: Role
        /// `4242 app@app "worker"`; server text, not escaped.
        public let title: String
        /// What it does or waits for, a line each; server text too.
        public let lines: [String]
        /// Its statement on one line, or nothing.
        public let statement: String
    }

    /// From who waits to whom it waits for, as positions among the nodes.
    public struct Edge: Sendable, Hashable {
        public let waiter: Int
        public let blocker: Int
        public let kind: Blocker.Kind
        /// `held as RowExclusiveLock`
        public let label: String
        public let isInRing: Bool
    }

    public let nodes: [Node]
    public let edges: [Edge]
    /// What a person reads first: how many wait, and whom to end.
    public let headline: [String]

    /// - Parameter isComplete: a box for each waiter, and every arrow: a queue of a hundred has five thousand.
    public init(_ graph: LockGraph, isComplete: Bool = false) {
        var builder = Builder(graph, isComplete: isComplete)
        builder.addNodes()
        builder.addEdges()
        (nodes, edges) = (builder.nodes, builder.edges)
        headline = graph.headline
    }
}

/// Collects boxes and arrows.
private struct Builder {
    let graph: LockGraph
    let isComplete: Bool
    let parties: [LockParty.ID: LockParty]
    let labels: LockLabels
    let roots: [LockGraph.Root]
    /// For each member of a ring the next one.
    let ringSteps: [LockParty.ID: Set<LockParty.ID>]
    var reasons: [[Blocker]] = []
    var nodes: [LockDiagram.Node] = []
    var edges: [LockDiagram.Edge] = []
    var places: [LockParty.ID: Int] = [:]

    init(_ graph: LockGraph, isComplete: Bool) {
        self.graph = graph
        self.isComplete = isComplete
        let parties = Dictionary(uniqueKeysWithValues: graph.parties.map { ($0.id, $0) })
        self.parties = parties
        labels = LockLabels(parties)
        roots = graph.roots
        var steps: [LockParty.ID: Set<LockParty.ID>] = [:]
        for ring in graph.cycles {
            for (member, next) in zip(ring, ring.dropFirst() + ring.prefix(1)) {
                steps[member, default: []].insert(next)
            }
        }
        ringSteps = steps
        reasons = graph.waits.map { reasons(for: $0) }
    }

    /// Who holds the lock, or else who is next before it in the queue; and whoever closes a ring.
    private func reasons(for wait: LockGraph.Wait) -> [Blocker] {
        let all = graph.blockers(of: wait)
        guard !isComplete else { return all }
        let ring = ringSteps[wait.waiter] ?? []
        let holders = all.filter { $0.kind == .hard }
        let next = holders.isEmpty ? all.suffix(1) : holders.prefix(8)
        return next + all.filter { blocker in ring.contains(blocker.party) && !next.contains(blocker) }
    }

    // MARK: Boxes

    mutating func addNodes() {
        for root in roots { add(root) }
        for bundle in bundles { add(bundle) }
        let left = Set(reasons.joined().map(\.party)).filter { places[$0] == nil }
        for party in left.sorted() {
            place([party], LockDiagram.Node(role: .waiter, title: name(party), lines: [], statement: ""))
        }
    }

    private mutating func add(_ root: LockGraph.Root) {
        guard let party = parties[root.party] else { return }
        var lines = [party.doing, party.transactionOpen.map { "transaction open for \(Units.seconds($0))" }]
        lines.append("holds up \(root.heldUp.count): \(LockGraph.remedy(for: party))")
        place(
            [root.party],
            LockDiagram.Node(
                role: .root, title: party.name, lines: lines.compactMap { $0 },
                statement: labels.statement(of: root.party)))
    }

    private mutating func add(_ waits: [Int]) {
        guard let number = waits.first else { return }
        let wait = graph.waits[number]
        guard places[wait.waiter] == nil || waits.count > 1 else { return }
        let twigs = waits.map { LockTwig(wait: graph.waits[$0], blocker: nil, otherBlockers: 0) }
        place(
            twigs.map(\.wait.waiter),
            LockDiagram.Node(
                role: ringSteps[wait.waiter] == nil ? .waiter : .ring,
                title: twigs.count == 1 ? name(wait.waiter) : labels.names(of: twigs),
                lines: [labels.waiting(twigs), labels.wanted(wait)], statement: labels.statement(of: wait.waiter)))
    }

    private mutating func place(_ parties: [LockParty.ID], _ node: LockDiagram.Node) {
        for party in parties { places[party] = nodes.count }
        nodes.append(node)
    }

    private func name(_ party: LockParty.ID) -> String { parties[party]?.name ?? party.description }

    /// Equal waiters whom nobody waits for, and whose reasons are the same; all others alone.
    private var bundles: [[Int]] {
        let waitedFor = Set(reasons.joined().map(\.party))
        let numbers = graph.waits.indices
        func key(_ number: Int) -> BundleKey {
            let wait = graph.waits[number]
            return BundleKey(
                likeness: LockLikeness(wait, reasons[number].first, parties[wait.waiter]),
                blockers: reasons[number].first?.kind == .soft ? [] : reasons[number].map(\.party),
                alone: isComplete || waitedFor.contains(wait.waiter) ? wait.waiter : nil)
        }
        var order: [BundleKey] = []
        var bundles: [BundleKey: [Int]] = [:]
        for number in numbers {
            let key = key(number)
            if bundles[key] == nil { order.append(key) }
            bundles[key, default: []].append(number)
        }
        return order.flatMap { key in
            let bundle = bundles[key] ?? []
            return bundle.count > LockTree.Bounds.short.equals ? [bundle] : bundle.map { [$0] }
        }
    }

    private struct BundleKey: Hashable {
        let likeness: LockLikeness
        let blockers: [LockParty.ID]
        let alone: LockParty.ID?
    }

    // MARK: Arrows

    mutating func addEdges() {
        var seen: Set<[Int]> = []
        for (wait, blockers) in zip(graph.waits, reasons) {
            guard let waiter = places[wait.waiter] else { continue }
            for blocker in blockers {
                guard let other = places[blocker.party], other != waiter, seen.insert([waiter, other]).inserted else {
                    continue
                }
                edges.append(
                    LockDiagram.Edge(
                        waiter: waiter, blocker: other, kind: blocker.kind, label: labels.how(blocker),
                        isInRing: ringSteps[wait.waiter]?.contains(blocker.party) ?? false))
            }
        }
    }
}

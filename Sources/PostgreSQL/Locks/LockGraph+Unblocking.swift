extension LockGraph {
    /// One step of setting everybody free: whom to end, and what that brings beside the steps before it.
    public struct Unblocking: Sendable, Hashable, Codable {
        public enum Reason: Sendable, Hashable, Codable {
            /// Waits for nobody and is waited for.
            case root
            /// Each of these waits for the next and the last for the first: one of them has to go.
            case ring([LockParty.ID])
        }

        public let party: LockParty
        public let reason: Reason
        /// What ends its hold; for a few parties that is waiting.
        public let remedy: Remedy
        /// All who wait for it, directly or behind others.
        public let heldUp: Set<LockParty.ID>
        /// Those who, this step and the ones before it done, are behind none of the others to be ended.
        public let frees: Set<LockParty.ID>
        /// Those who go on in the same moment; the rest of the freed wait for these to finish.
        public let goOnAtOnce: Set<LockParty.ID>
    }

    /// The fewest parties whose end lets everybody go on sooner or later, those first that free most: every root, since
    /// somebody waits for each, and of each ring one. Empty when nobody waits.
    ///
    /// Of a ring the one goes whose transaction is youngest: it loses least.
    public var unblocking: [Unblocking] {
        var sources = SourcesOfWaiting(self)
        var steps: [Unblocking] = []
        var ended: Set<LockParty.ID> = []
        var free = LockWalk(self).free
        while let (next, freed) = sources.removeMostFreeing() {
            ended.insert(next.party)
            let freeNow = LockWalk(without(ended)).free
            guard let party = self[next.party] else { continue }
            steps.append(
                Unblocking(
                    party: party, reason: next.reason, remedy: Self.remedy(for: party),
                    heldUp: next.heldUp, frees: freed,
                    goOnAtOnce: freeNow.subtracting(free)))
            free = freeNow
        }
        return steps
    }

    /// The graph as it would be if these let go of everything and left all queues. The others are where they were: who
    /// has nobody in its way any more still stands in its queue.
    func without(_ parties: Set<LockParty.ID>) -> LockGraph {
        parties.isEmpty ? self : LockGraph(self, contentions: contentions.map { $0.without(parties) })
    }
}

/// All that somebody waits for in the end, and who is behind how many of them.
private struct SourcesOfWaiting {
    struct Source {
        let party: LockParty.ID
        let reason: LockGraph.Unblocking.Reason
        let heldUp: Set<LockParty.ID>
    }

    private var sources: [Source]
    /// For each waiter how many of the sources it is behind.
    private var remaining: [LockParty.ID: Int] = [:]

    init(_ graph: LockGraph) {
        sources = graph.roots.map { Source(party: $0.party, reason: .root, heldUp: $0.heldUp) }
        sources += Self.victims(of: graph)
        for waiter in sources.lazy.flatMap(\.heldUp) { remaining[waiter, default: 0] += 1 }
    }

    /// Breaks one ring after the other, since one victim may break several.
    private static func victims(of graph: LockGraph) -> [Source] {
        let walk = LockWalk(graph)
        var rest = graph
        var victims: [Source] = []
        while let ring = rest.cycles.first, let victim = ring.compactMap({ graph[$0] }).min(by: losesLess)?.id {
            victims.append(
                Source(party: victim, reason: .ring(ring), heldUp: walk.heldUp(by: victim).subtracting([victim])))
            rest = rest.without([victim])
        }
        return victims
    }

    private static func losesLess(_ left: LockParty, _ right: LockParty) -> Bool {
        (left.transactionOpen ?? .infinity, left.id) < (right.transactionOpen ?? .infinity, right.id)
    }

    /// The first of those that free most; of equals the one that holds up most.
    mutating func removeMostFreeing() -> (Source, freed: Set<LockParty.ID>)? {
        let gains = sources.map { source in source.heldUp.count { remaining[$0] == 1 } }
        guard
            let best = sources.indices.max(by: {
                (gains[$0], sources[$0].heldUp.count, $1) < (gains[$1], sources[$1].heldUp.count, $0)
            })
        else { return nil }
        let source = sources.remove(at: best)
        let freed = source.heldUp.filter { remaining[$0] == 1 }
        for waiter in source.heldUp { remaining[waiter, default: 0] -= 1 }
        return (source, freed)
    }
}

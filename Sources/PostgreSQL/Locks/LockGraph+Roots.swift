extension LockGraph {
    /// Somebody whom others wait for and who waits for nobody: where to begin.
    public struct Root: Sendable, Hashable, Codable {
        public let party: LockParty.ID
        /// All who wait for it, directly or behind others.
        public let heldUp: Set<LockParty.ID>
        /// Those of them who wait for no other root: ending this one is enough for them.
        public let heldUpByItAlone: Set<LockParty.ID>
        /// Those who would go on at once if it ended; the others then wait for these.
        public let freedAtOnce: Set<LockParty.ID>
        /// Seconds that the longest of them has waited.
        public let longestWait: Double
    }

    /// The root that holds up most first; of equals the one that has been waited for longest.
    public var roots: [Root] {
        let waiters = Set(waits.map(\.waiter))
        let blocking = Set(waits.lazy.flatMap { $0.blockers.map(\.party) })
        let behind = Dictionary(uniqueKeysWithValues: blocking.subtracting(waiters).map { ($0, heldUp(by: $0)) })
        var rootsOf: [LockParty.ID: Int] = [:]
        for waiter in behind.values.joined() { rootsOf[waiter, default: 0] += 1 }
        return behind.map { party, heldUp in
            Root(
                party: party, heldUp: heldUp, heldUpByItAlone: heldUp.filter { rootsOf[$0] == 1 },
                freedAtOnce: freedAtOnce(without: party), longestWait: longestWait(of: heldUp))
        }
        .sorted { ($0.heldUp.count, $0.longestWait, $1.party) > ($1.heldUp.count, $1.longestWait, $0.party) }
    }

    /// Who waits for whom in a ring, each for the next and the last for the first. The server ends one of them after
    /// `deadlock_timeout`, so a ring is seen only before that.
    public var cycles: [[LockParty.ID]] {
        var blockers = blockersByWaiter
        var found: [[LockParty.ID]] = []
        while let start = Self.onOrBehindACycle(&blockers) {
            let cycle = Self.cycle(from: start, blockers)
            found.append(cycle)
            for party in cycle { blockers[party] = nil }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

// MARK: - Walking the graph

extension LockGraph {
    /// A group may wait for several locks at once, with a worker each.
    private var blockersByWaiter: [LockParty.ID: Set<LockParty.ID>] {
        Dictionary(waits.map { ($0.waiter, Set($0.blockers.map(\.party))) }, uniquingKeysWith: { $0.union($1) })
    }

    private func heldUp(by root: LockParty.ID) -> Set<LockParty.ID> {
        let waiters = waitersByBlocker
        var reached: Set<LockParty.ID> = []
        var next = [root]
        while let party = next.popLast() {
            for waiter in waiters[party] ?? [] where reached.insert(waiter).inserted { next.append(waiter) }
        }
        return reached
    }

    private var waitersByBlocker: [LockParty.ID: [LockParty.ID]] {
        var waiters: [LockParty.ID: [LockParty.ID]] = [:]
        for wait in waits { for blocker in wait.blockers { waiters[blocker.party, default: []].append(wait.waiter) } }
        return waiters
    }

    /// Who waits for several locks goes on only when it gets all of them.
    private func freedAtOnce(without party: LockParty.ID) -> Set<LockParty.ID> {
        var missing: [LockParty.ID: Int] = [:]
        for wait in waits { missing[wait.waiter, default: 0] += 1 }
        for contention in contentions where contention.held.contains(where: { $0.party == party }) {
            for served in contention.served(without: party) { missing[served, default: 0] -= 1 }
        }
        return Set(missing.filter { $0.value <= 0 }.keys)
    }

    private func longestWait(of parties: Set<LockParty.ID>) -> Double {
        waits.lazy.filter { parties.contains($0.waiter) }.compactMap(\.waited).max() ?? 0
    }

    /// Takes away who waits only for those that will go on, again and again: whoever is left is in a ring or behind one.
    private static func onOrBehindACycle(
        _ blockers: inout [LockParty.ID: Set<LockParty.ID>]
    ) -> LockParty.ID? {
        while true {
            let stuck = blockers.filter { !$0.value.isDisjoint(with: blockers.keys) }
            if stuck.count == blockers.count { return stuck.keys.min() }
            blockers = stuck
        }
    }

    /// From somebody who is left one comes by its blockers to a ring, and round it. Everyone left has a blocker left.
    private static func cycle(
        from start: LockParty.ID, _ blockers: [LockParty.ID: Set<LockParty.ID>]
    ) -> [LockParty.ID] {
        var path: [LockParty.ID] = []
        var next: LockParty.ID? = start
        while let party = next {
            if let first = path.firstIndex(of: party) { return rotated(path[first...]) }
            path.append(party)
            next = blockers[party]?.filter { blockers[$0] != nil }.min()
        }
        return []
    }

    /// The smallest first, so that one ring has one name.
    private static func rotated(_ ring: ArraySlice<LockParty.ID>) -> [LockParty.ID] {
        guard let smallest = ring.indices.min(by: { ring[$0] < ring[$1] }) else { return [] }
        return Array(ring[smallest...] + ring[..<smallest])
    }
}

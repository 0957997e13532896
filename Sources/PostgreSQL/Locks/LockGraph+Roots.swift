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
        let walk = LockWalk(self)
        let behind = Dictionary(uniqueKeysWithValues: walk.roots.map { ($0, walk.heldUp(by: $0)) })
        var rootsOf: [LockParty.ID: Int] = [:]
        for waiter in behind.values.joined() { rootsOf[waiter, default: 0] += 1 }
        return behind.map { party, heldUp in
            Root(
                party: party, heldUp: heldUp, heldUpByItAlone: heldUp.filter { rootsOf[$0] == 1 },
                freedAtOnce: LockWalk(without([party])).free.subtracting(walk.free),
                longestWait: longestWait(of: heldUp))
        }
        .sorted { ($0.heldUp.count, $0.longestWait, $1.party) > ($1.heldUp.count, $1.longestWait, $0.party) }
    }

    /// Seconds; zero when none of them waits.
    func longestWait(of parties: Set<LockParty.ID>) -> Double {
        waits.lazy.filter { parties.contains($0.waiter) }.compactMap(\.waited).max() ?? 0
    }

    /// Who waits for whom in a ring, each for the next and the last for the first. The server ends one of them after
    /// `deadlock_timeout`, so a ring is seen only before that.
    public var cycles: [[LockParty.ID]] {
        let walk = LockWalk(self)
        var stuck = walk.stuck
        var found: [[LockParty.ID]] = []
        while let start = stuck.min() {
            let ring = walk.ring(from: start, among: stuck)
            found += ring.isEmpty ? [] : [ring]
            stuck.subtract(ring)
            stuck.remove(start)
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

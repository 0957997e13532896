/// Goes along the edges of a lock graph without ever listing them all: what waits for a party is read off the objects
/// that it holds or queues for.
struct LockWalk {
    private let graph: LockGraph
    /// The numbers of the contentions that each party has a part in.
    private let places: [LockParty.ID: [Int]]
    private let waits: [LockParty.ID: [LockGraph.Wait]]

    init(_ graph: LockGraph) {
        self.graph = graph
        waits = Dictionary(grouping: graph.waits, by: \.waiter)
        var places: [LockParty.ID: Set<Int>] = [:]
        for (number, contention) in graph.contentions.enumerated() {
            for holding in contention.held { places[holding.party, default: []].insert(number) }
            for request in contention.queue { places[request.party, default: []].insert(number) }
        }
        self.places = places.mapValues { $0.sorted() }
    }

    var waiters: Set<LockParty.ID> { Set(waits.keys) }

    /// Who waits for nobody and is waited for.
    var roots: [LockParty.ID] {
        places.keys.filter { waits[$0] == nil && !waiting(for: $0).isEmpty }
    }

    /// Those at first hand, once for each lock that they want and it is in the way of.
    private func waiting(for party: LockParty.ID) -> [LockParty.ID] {
        (places[party] ?? []).flatMap { graph.contentions[$0].waiting(for: party) }
    }

    /// Those for whom it waits itself.
    private func blockers(of party: LockParty.ID) -> Set<LockParty.ID> {
        Set((waits[party] ?? []).lazy.flatMap { graph.blockers(of: $0).map(\.party) })
    }

    /// Those at first hand and all behind them.
    func heldUp(by party: LockParty.ID) -> Set<LockParty.ID> {
        var reached: Set<LockParty.ID> = []
        var next = [party]
        while let party = next.popLast() {
            for waiter in waiting(for: party) where reached.insert(waiter).inserted { next.append(waiter) }
        }
        return reached
    }

    /// Who would go on at once without `party`: of several locks that it waits for it must get all.
    func freedAtOnce(without party: LockParty.ID) -> Set<LockParty.ID> {
        var served: [LockParty.ID: Int] = [:]
        for number in places[party] ?? [] {
            for waiter in graph.contentions[number].served(without: party) { served[waiter, default: 0] += 1 }
        }
        return Set(served.filter { $0.value == waits[$0.key]?.count }.keys)
    }

    /// Lets everybody go on who can, then who waited for those, and so on: whoever is left is in a ring or behind one.
    var stuck: Set<LockParty.ID> {
        var missing = waits.mapValues { _ in 0 }
        for party in places.keys { for waiter in waiting(for: party) { missing[waiter, default: 0] += 1 } }
        var next = roots + missing.filter { $0.value == 0 }.keys
        while let party = next.popLast() {
            missing[party] = nil
            for waiter in waiting(for: party) {
                guard let count = missing[waiter] else { continue }
                missing[waiter] = count - 1
                if count == 1 { next.append(waiter) }
            }
        }
        return Set(missing.keys)
    }

    /// The ring that one comes to from `start` by going to a blocker that is stuck too, again and again.
    func ring(from start: LockParty.ID, among stuck: Set<LockParty.ID>) -> [LockParty.ID] {
        var path: [LockParty.ID] = []
        var next: LockParty.ID? = start
        while let party = next {
            if let first = path.firstIndex(of: party) { return Self.rotated(path[first...]) }
            path.append(party)
            next = blockers(of: party).intersection(stuck).min()
        }
        return []
    }

    /// The smallest first, so that one ring has one name.
    private static func rotated(_ ring: ArraySlice<LockParty.ID>) -> [LockParty.ID] {
        guard let smallest = ring.indices.min(by: { ring[$0] < ring[$1] }) else { return [] }
        return Array(ring[smallest...] + ring[..<smallest])
    }
}

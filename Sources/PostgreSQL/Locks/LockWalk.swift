/// Goes along the edges of a lock graph without ever listing them all: what waits for a party is read off the objects
/// that it holds or queues for. Parties are numbers here, since a queue of a thousand has half a million edges.
struct LockWalk {
    private typealias Party = Int

    /// One object, as `Contention` has it.
    private struct Line {
        let held: [(party: Party, mode: LockMode)]
        let queue: [(party: Party, mode: LockMode)]
    }

    private let graph: LockGraph
    private let ids: [LockParty.ID]
    private let numbers: [LockParty.ID: Party]
    private let lines: [Line]
    /// For each party the lines that it has a part in.
    private let places: [[Int]]
    /// For each party how many locks it waits for.
    private let wants: [Int]

    init(_ graph: LockGraph) {
        self.graph = graph
        let everybody = graph.contentions.flatMap { $0.held.map(\.party) + $0.queue.map(\.party) }
        ids = Set(everybody).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        self.numbers = numbers
        lines = graph.contentions.map { contention in
            Line(
                held: contention.held.map { (numbers[$0.party, default: 0], $0.mode) },
                queue: contention.queue.map { (numbers[$0.party, default: 0], $0.mode) })
        }
        var places = [[Int]](repeating: [], count: ids.count)
        var wants = [Int](repeating: 0, count: ids.count)
        for (number, line) in lines.enumerated() {
            for party in Set(line.held.map(\.party) + line.queue.map(\.party)) { places[party].append(number) }
            for request in line.queue { wants[request.party] += 1 }
        }
        (self.places, self.wants) = (places, wants)
    }

    /// Those at first hand, once for each lock that they want and it is in the way of.
    private func waiting(for party: Party) -> [Party] {
        places[party].flatMap { (number) -> [Party] in
            let line = lines[number]
            var modes = line.held.filter { $0.party == party }.map(\.mode)
            return line.queue.compactMap { request in
                if request.party == party {
                    modes.append(request.mode)
                    return nil
                }
                return modes.contains { $0.conflicts(with: request.mode) } ? request.party : nil
            }
        }
    }

    /// Who waits for nobody and is waited for.
    var roots: [LockParty.ID] { rootNumbers.map { ids[$0] } }

    private var rootNumbers: [Party] { ids.indices.filter { wants[$0] == 0 && !waiting(for: $0).isEmpty } }

    /// Those at first hand and all behind them.
    func heldUp(by root: LockParty.ID) -> Set<LockParty.ID> {
        guard let root = numbers[root] else { return [] }
        var isReached = [Bool](repeating: false, count: ids.count)
        var next = [root]
        while let party = next.popLast() {
            for waiter in waiting(for: party) where !isReached[waiter] {
                isReached[waiter] = true
                next.append(waiter)
            }
        }
        return Set(ids.indices.filter { isReached[$0] }.map { ids[$0] })
    }

    /// Who can go on as things stand: of several locks that it waits for it must get all.
    var free: Set<LockParty.ID> {
        var served: [LockParty.ID: Int] = [:]
        for waiter in graph.contentions.lazy.flatMap(\.served) { served[waiter, default: 0] += 1 }
        return Set(served.keys.filter { id in numbers[id].map { wants[$0] == served[id] } ?? false })
    }

    /// Lets everybody go on who can, then who waited for those, and so on: whoever is left is in a ring or behind one.
    var stuck: Set<LockParty.ID> {
        var missing = [Int](repeating: 0, count: ids.count)
        for party in ids.indices { for waiter in waiting(for: party) { missing[waiter] += 1 } }
        var next = ids.indices.filter { missing[$0] == 0 }
        while let party = next.popLast() {
            for waiter in waiting(for: party) {
                missing[waiter] -= 1
                if missing[waiter] == 0 { next.append(waiter) }
            }
        }
        return Set(ids.indices.filter { missing[$0] > 0 }.map { ids[$0] })
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

    private func blockers(of party: LockParty.ID) -> Set<LockParty.ID> {
        Set(graph.waits.lazy.filter { $0.waiter == party }.flatMap { graph.blockers(of: $0).map(\.party) })
    }

    /// The smallest first, so that one ring has one name.
    private static func rotated(_ ring: ArraySlice<LockParty.ID>) -> [LockParty.ID] {
        guard let smallest = ring.indices.min(by: { ring[$0] < ring[$1] }) else { return [] }
        return Array(ring[smallest...] + ring[..<smallest])
    }
}

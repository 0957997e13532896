import Diagnostics

/// The graph as a tree for reading: each waiter hangs once below whom it waits for first, in the order of the queues.
struct LockTree {
    private let parties: [LockParty.ID: LockParty]
    private let heldUp: [LockParty.ID: Int]
    private let roots: [LockParty.ID]
    private let cycles: [[LockParty.ID]]
    /// What hangs below each party.
    private let below: [LockParty.ID: [LockTwig]]
    /// Those for whom nobody is in the way any more.
    private let free: [LockGraph.Wait]
    private let bounds: Bounds

    /// How much of a large graph is shown.
    struct Bounds {
        /// Lines side by side, levels, and how many equal waiters are lines of their own.
        let width: Int, depth: Int, equals: Int

        /// More helps nobody who has to decide something.
        static let short = Bounds(width: 12, depth: 12, equals: 3)
        /// A chain of thousands would still be nothing to read.
        static let everything = Bounds(width: .max, depth: 100, equals: .max)
    }

    init(_ graph: LockGraph, roots: [LockGraph.Root], cycles: [[LockParty.ID]], within bounds: Bounds) {
        parties = Dictionary(uniqueKeysWithValues: graph.parties.map { ($0.id, $0) })
        heldUp = Dictionary(uniqueKeysWithValues: roots.map { ($0.party, $0.heldUp.count) })
        self.roots = roots.map(\.party)
        self.cycles = cycles
        self.bounds = bounds
        let rootSet = Set(roots.map(\.party))
        let twigs = graph.waits.map { wait in
            let first = graph.contentions[wait.contention].firstBlocker(at: wait.position, roots: rootSet)
            return (wait, first.map { LockTwig(wait: wait, blocker: $0.blocker, otherBlockers: $0.count - 1) })
        }
        below = Dictionary(grouping: twigs.compactMap(\.1), by: { $0.blocker?.party ?? $0.wait.waiter })
        free = twigs.filter { $0.1 == nil }.map(\.0)
    }

    var branches: [Branch] {
        var shown: Set<LockParty.ID> = []
        return roots.map { branch(of: $0, label: rootLabel($0), bounds.depth, &shown) }
            + cycles.compactMap { ring in
                ring.first.map { branch(of: $0, label: ringLabel(ring), bounds.depth, &shown) }
            }
            + free.map { Branch(LockLabels(parties).label(of: $0) + "; it is free now") }
    }

    private func rootLabel(_ party: LockParty.ID) -> String {
        let sentence = parties[party]?.sentence ?? party.description
        return "\(sentence), holds up \(heldUp[party] ?? 0)" + LockLabels(parties).statement(of: party)
    }

    /// A ring has no root: it is read from its first member on.
    private func ringLabel(_ ring: [LockParty.ID]) -> String {
        let first = ring.first.map { parties[$0]?.sentence ?? $0.description } ?? ""
        return "deadlock of \(ring.count): \(first)"
            + (ring.first.map(LockLabels(parties).statement) ?? "")
    }
}

// MARK: - Below a party

extension LockTree {
    /// Who has been shown already, as in a ring, is named but not followed again.
    private func branch(
        of party: LockParty.ID, label: String, _ depth: Int, _ shown: inout Set<LockParty.ID>
    ) -> Branch {
        guard shown.insert(party).inserted else { return Branch(label + " (see above)") }
        let twigs = below[party] ?? []
        guard depth > 1 || twigs.isEmpty else {
            return Branch(label, [Branch("and \(count(below: party)) more behind it")])
        }
        let bundles = bundles(of: twigs)
        var children = bundles.prefix(bounds.width).map { line(for: $0, depth, &shown) }
        let more = bundles.dropFirst(bounds.width).reduce(0) { $0 + $1.count }
        if more > 0 { children.append(Branch("and \(more) more")) }
        return Branch(label, children)
    }

    private func line(for bundle: [LockTwig], _ depth: Int, _ shown: inout Set<LockParty.ID>) -> Branch {
        guard bundle.count == 1, let twig = bundle.first else {
            shown.formUnion(bundle.map(\.wait.waiter))
            return Branch(LockLabels(parties).label(of: bundle))
        }
        return branch(of: twig.wait.waiter, label: LockLabels(parties).label(of: twig), depth - 1, &shown)
    }

    /// Equal waiters whom nobody waits for as one, at the place of the first; all others alone.
    private func bundles(of twigs: [LockTwig]) -> [[LockTwig]] {
        let likes = Dictionary(grouping: twigs.filter { below[$0.wait.waiter] == nil }, by: likeness)
        var done: Set<LockLikeness> = []
        return twigs.compactMap { twig in
            guard let equals = likes[likeness(of: twig)], equals.count > bounds.equals,
                below[twig.wait.waiter] == nil
            else { return [twig] }
            return done.insert(likeness(of: twig)).inserted ? equals : nil
        }
    }

    private func likeness(of twig: LockTwig) -> LockLikeness {
        LockLikeness(twig.wait, twig.blocker, parties[twig.wait.waiter])
    }

    /// All that hang below, at any level.
    private func count(below party: LockParty.ID) -> Int {
        var reached: Set<LockParty.ID> = [party]
        var next = [party]
        while let party = next.popLast() {
            for twig in below[party] ?? [] where reached.insert(twig.wait.waiter).inserted {
                next.append(twig.wait.waiter)
            }
        }
        return reached.count - 1
    }
}

/// A wait and the first reason for it.
struct LockTwig {
    let wait: LockGraph.Wait
    let blocker: Blocker?
    let otherBlockers: Int
}

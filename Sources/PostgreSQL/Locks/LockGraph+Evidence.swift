import Diagnostics

extension LockGraph {
    /// What a person reads of the graph: a sentence, the tree from its roots, and the roots with what ends each.
    public var evidence: [Evidence] {
        guard !waits.isEmpty else { return [.fact("postgresql.locks", "Locks", "nobody waits for a lock")] }
        return LockReport(self).evidence
    }
}

/// The graph with what it takes some walking to find, found once.
private struct LockReport {
    let graph: LockGraph
    let roots: [LockGraph.Root]
    let cycles: [[LockParty.ID]]

    init(_ graph: LockGraph) {
        self.graph = graph
        roots = graph.roots
        cycles = graph.cycles
    }

    var evidence: [Evidence] {
        let tree = LockTree(graph, roots: roots.map(\.party), cycles: cycles)
        return [
            .fact("postgresql.locks.summary", "Locks", summary),
            Evidence(id: "postgresql.locks", title: "Who waits for whom", .tree(tree.branches)),
            rootTable,
        ]
    }

    /// The one thing to do first, and what it brings.
    private var summary: String {
        let waiters = Set(graph.waits.map(\.waiter)).count
        let longest = graph.waits.lazy.compactMap(\.waited).max() ?? 0
        let head = "\(waiters) wait\(waiters == 1 ? "s" : "") for locks, for up to \(Units.seconds(longest))"
        let rings = cycles.map { "deadlock: " + ($0 + $0.prefix(1)).map(\.description).joined(separator: " → ") }
        let first = roots.first.flatMap { root in graph[root.party].map { advice(root, $0) } }
        return ([head] + rings + [first].compactMap { $0 }).joined(separator: "; ")
    }

    private func advice(_ root: LockGraph.Root, _ party: LockParty) -> String {
        let shared = root.heldUp.count - root.heldUpByItAlone.count
        return "\(party.name) holds up \(root.heldUp.count)"
            + (shared > 0 ? " (\(shared) of them wait for others too)" : "")
            + "; ending it lets \(root.freedAtOnce.count) go on at once: \(LockGraph.remedy(for: party))"
    }

    private var rootTable: Evidence {
        .table(
            "postgresql.locks.roots", "Whom to end first",
            columns: [
                "root", "usename", "application_name", "client_addr", "state", "in_state", "transaction", "held_up",
                "by_it_alone", "freed_at_once", "longest_wait", "remedy",
            ],
            rows: roots.prefix(10).compactMap { root in graph[root.party].map { row(root, $0) } })
    }

    private func row(_ root: LockGraph.Root, _ party: LockParty) -> [Cell] {
        [
            .text(party.id.description), Cell(party.role), Cell(party.application), Cell(party.address),
            Cell(party.state), Cell(seconds: party.inState), Cell(seconds: party.transactionOpen),
            .integer(Int64(root.heldUp.count)), .integer(Int64(root.heldUpByItAlone.count)),
            .integer(Int64(root.freedAtOnce.count)), .seconds(root.longestWait),
            .text(LockGraph.remedy(for: party).description),
        ]
    }
}

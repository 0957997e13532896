import Diagnostics

extension LockGraph {
    /// What a person reads of the graph: what is the matter, what to do first, the tree from its roots, and whom to end.
    ///
    /// - Parameter isComplete: each waiter on a line of its own, and all of them.
    public func evidence(isComplete: Bool = false) -> [Evidence] {
        guard !waits.isEmpty else { return [.fact("postgresql.locks", "Locks", "nobody waits for a lock")] }
        return LockReport(self, within: isComplete ? .everything : .short).evidence
    }
}

extension LockGraph {
    /// How many wait, and the one thing to do first.
    var headline: [String] {
        let report = LockReport(self, within: .short)
        return waits.isEmpty ? ["nobody waits for a lock"] : [report.summary] + report.advice
    }
}

/// The graph with what it takes some walking to find, found once.
private struct LockReport {
    let graph: LockGraph
    let bounds: LockTree.Bounds
    let roots: [LockGraph.Root]
    let cycles: [[LockParty.ID]]
    let steps: [LockGraph.Unblocking]
    let waiters: Set<LockParty.ID>

    init(_ graph: LockGraph, within bounds: LockTree.Bounds) {
        self.graph = graph
        self.bounds = bounds
        roots = graph.roots
        cycles = graph.cycles
        steps = graph.unblocking
        waiters = Set(graph.waits.map(\.waiter))
    }

    var evidence: [Evidence] {
        let tree = LockTree(graph, roots: roots, cycles: cycles, within: bounds)
        return [.fact("postgresql.locks.summary", "Locks", summary)]
            + advice.map { .fact("postgresql.locks.first", "First", $0) }
            + [Evidence(id: "postgresql.locks", title: "Who waits for whom", .tree(tree.branches)), table]
    }

    var summary: String {
        let longest = graph.waits.lazy.compactMap(\.waited).max() ?? 0
        let head =
            "\(waiters.count) wait\(waiters.count == 1 ? "s" : "") for locks, for up to \(Units.seconds(longest))"
        return ([head] + cycles.map { "deadlock: \(path($0))" }).joined(separator: "; ")
    }

    private func path(_ ring: [LockParty.ID]) -> String {
        (ring + ring.prefix(1)).map(\.description).joined(separator: " → ")
    }

    /// The one thing to do first, and what it brings; empty when nobody is in anybody's way.
    var advice: [String] {
        steps.prefix(1).map { step in
            let doing = step.party.doing.map { " (\($0))" } ?? ""
            return "\(step.party.name)\(doing) → \(step.remedy); \(gain(step))"
        }
    }

    /// `frees all 6: 1 goes on at once, the others after it; 2 more to end until all are free`
    private func gain(_ step: LockGraph.Unblocking) -> String {
        let freed =
            step.frees.count == waiters.count ? "all \(waiters.count)" : "\(step.frees.count) of \(waiters.count)"
        let now = step.goOnAtOnce.count
        let others = now < step.frees.count && now > 0 ? ", the others after \(now == 1 ? "it" : "them")" : ""
        let more = steps.count > 1 ? "; \(steps.count - 1) more to end until all are free" : ""
        return "frees \(freed): \(now) go\(now == 1 ? "es" : "") on at once\(others)\(more)"
    }

    private var table: Evidence {
        .table(
            "postgresql.locks.roots", "Whom to end first",
            columns: [
                "root", "usename", "application_name", "client_addr", "state", "in_state", "transaction", "held_up",
                "frees", "at_once", "longest_wait", "remedy",
            ],
            rows: steps.prefix(bounds.width == .max ? .max : 10).map(row))
    }

    private func row(_ step: LockGraph.Unblocking) -> [Cell] {
        let party = step.party
        return [
            .text(party.id.description), Cell(party.role), Cell(party.application), Cell(party.address),
            Cell(party.state), Cell(seconds: party.inState), Cell(seconds: party.transactionOpen),
            .integer(Int64(step.heldUp.count)), .integer(Int64(step.frees.count)),
            .integer(Int64(step.goOnAtOnce.count)), .seconds(graph.longestWait(of: step.heldUp)),
            .text(step.remedy.description),
        ]
    }
}

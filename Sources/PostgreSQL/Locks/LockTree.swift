import Diagnostics

/// The graph as a tree for reading: each waiter hangs once below whom it waits for first, in the order of the queues.
struct LockTree {
    private let parties: [LockParty.ID: LockParty]
    private let roots: [LockParty.ID]
    /// What hangs below each party.
    private let below: [LockParty.ID: [Twig]]
    /// Those for whom nobody is in the way any more.
    private let free: [LockGraph.Wait]

    private struct Twig {
        let wait: LockGraph.Wait
        let blocker: Blocker
        let otherBlockers: Int
    }

    /// More lines side by side help nobody.
    private static let widest = 12

    init(_ graph: LockGraph, roots: [LockParty.ID], cycles: [[LockParty.ID]]) {
        parties = Dictionary(uniqueKeysWithValues: graph.parties.map { ($0.id, $0) })
        // A ring has no root: it is read from its first member on.
        self.roots = roots + cycles.compactMap(\.first)
        let twigs = graph.waits.map { wait in
            let first = graph.contentions[wait.contention].firstBlocker(at: wait.position)
            return (wait, first.map { Twig(wait: wait, blocker: $0.blocker, otherBlockers: $0.count - 1) })
        }
        below = Dictionary(grouping: twigs.compactMap(\.1), by: \.blocker.party)
        free = twigs.filter { $0.1 == nil }.map(\.0)
    }

    var branches: [Branch] {
        var shown: Set<LockParty.ID> = []
        return roots.map { branch(of: $0, label: parties[$0]?.sentence ?? $0.description, &shown) }
            + free.map { Branch(label(of: $0) + "; it is free now") }
    }

    /// Who has been shown already, as in a ring, is named but not followed again.
    private func branch(of party: LockParty.ID, label: String, _ shown: inout Set<LockParty.ID>) -> Branch {
        guard shown.insert(party).inserted else { return Branch(label + " (see above)") }
        let twigs = below[party] ?? []
        var children = twigs.prefix(Self.widest).map { branch(of: $0.wait.waiter, label: self.label(of: $0), &shown) }
        if twigs.count > Self.widest { children.append(Branch("and \(twigs.count - Self.widest) more")) }
        return Branch(label, children)
    }

    private func label(of twig: Twig) -> String {
        let others = twig.otherBlockers > 0 ? " (and \(twig.otherBlockers) more in its way)" : ""
        let how = twig.blocker.kind == .hard ? "held as" : "queued behind"
        let query = parties[twig.wait.waiter]?.query.map { ": \($0.onOneLine)" } ?? ""
        return "\(label(of: twig.wait)), \(how) \(twig.blocker.mode.rawValue)\(others)\(query)"
    }

    /// `4242 app@orders "worker" wants ShareLock on transaction 700 (row (0,1) of orders), for 3 s`
    private func label(of wait: LockGraph.Wait) -> String {
        let name = parties[wait.waiter]?.name ?? wait.waiter.description
        let row = wait.row.map { " (\($0))" } ?? ""
        let waited = wait.waited.map { ", for \(Units.seconds($0))" } ?? ""
        return "\(name) wants \(wait.mode.rawValue) on \(wait.object)\(row)\(waited)"
    }
}

extension LockParty {
    /// `4242 app@orders "worker"`.
    var name: String {
        let who = [role, database].compactMap { $0 }.joined(separator: "@")
        let what = application.map { $0.isEmpty ? "" : " \"\($0)\"" } ?? ""
        let kind = backendType.map { $0 == "client backend" ? "" : "\($0) " } ?? ""
        return "\(kind)\(id)" + (who.isEmpty ? "" : " \(who)") + what
    }

    /// Its name, state, ages and statement.
    fileprivate var sentence: String {
        var parts = [name + (address.map { " from \($0)" } ?? "")]
        if let state { parts.append(state + (inState.map { " for \(Units.seconds($0))" } ?? "")) }
        if let transactionOpen { parts.append("transaction open for \(Units.seconds(transactionOpen))") }
        return parts.joined(separator: ", ") + (query.map { $0.isEmpty ? "" : ": \($0.onOneLine)" } ?? "")
    }
}

extension String {
    /// With each run of white space as one blank.
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

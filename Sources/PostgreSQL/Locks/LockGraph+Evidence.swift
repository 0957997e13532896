import Diagnostics

extension LockGraph {
    /// What a person reads of the graph: a sentence, the tree from its roots, and the roots with what ends each.
    public var evidence: [Evidence] {
        guard !waits.isEmpty else { return [.fact("postgresql.locks", "Locks", "nobody waits for a lock")] }
        let tree = LockTree(self)
        return [
            .fact("postgresql.locks.summary", "Locks", summary),
            Evidence(id: "postgresql.locks", title: "Who waits for whom", .tree(tree.branches)),
            rootTable,
        ]
    }

    /// The one thing to do first, and what it brings.
    private var summary: String {
        let waiters = Set(waits.map(\.waiter)).count
        let head = "\(waiters) wait\(waiters == 1 ? "s" : "") for locks, for up to \(Units.seconds(longestWait))"
        let rings = cycles.map { "deadlock: " + ($0 + $0.prefix(1)).map(\.description).joined(separator: " → ") }
        let first = roots.first.flatMap { root in party(root.party).map { advice(root, $0) } }
        return ([head] + rings + [first].compactMap { $0 }).joined(separator: "; ")
    }

    private var longestWait: Double { waits.lazy.compactMap(\.waited).max() ?? 0 }

    private func advice(_ root: Root, _ party: LockParty) -> String {
        let shared = root.heldUp.count - root.heldUpByItAlone.count
        return "\(party.name) holds up \(root.heldUp.count)"
            + (shared > 0 ? " (\(shared) of them wait for others too)" : "")
            + "; ending it lets \(root.freedAtOnce.count) go on at once: \(Self.remedy(for: party))"
    }

    private var rootTable: Evidence {
        .table(
            "postgresql.locks.roots", "Whom to end first",
            columns: [
                "root", "usename", "application_name", "client_addr", "state", "in_state", "transaction", "held_up",
                "by_it_alone", "freed_at_once", "longest_wait", "remedy",
            ],
            rows: roots.compactMap { root in party(root.party).map { row(root, $0) } })
    }

    private func row(_ root: Root, _ party: LockParty) -> [Cell] {
        [
            .text(party.id.description), Cell(party.role), Cell(party.application), Cell(party.address),
            Cell(party.state), Cell(seconds: party.inState), Cell(seconds: party.transactionOpen),
            .integer(Int64(root.heldUp.count)), .integer(Int64(root.heldUpByItAlone.count)),
            .integer(Int64(root.freedAtOnce.count)), .seconds(root.longestWait),
            .text(Self.remedy(for: party).description),
        ]
    }

    private func party(_ id: LockParty.ID) -> LockParty? { parties.first { $0.id == id } }
}

/// The graph as a tree for reading: each waiter hangs once below whom it waits for, in the order of the queues.
struct LockTree {
    private let parties: [LockParty.ID: LockParty]
    private let roots: [LockParty.ID]
    /// What hangs below each party.
    private let waits: [LockParty.ID: [LockGraph.Wait]]
    /// Those for whom nobody is in the way any more.
    private let free: [LockGraph.Wait]

    init(_ graph: LockGraph) {
        parties = Dictionary(uniqueKeysWithValues: graph.parties.map { ($0.id, $0) })
        // A ring has no root: it is read from its first member on.
        roots = graph.roots.map(\.party) + graph.cycles.compactMap(\.first)
        waits = Dictionary(grouping: graph.waits) { $0.blockers.first?.party ?? $0.waiter }
        free = graph.waits.filter(\.blockers.isEmpty)
    }

    var branches: [Branch] {
        var shown: Set<LockParty.ID> = []
        return roots.map { branch(of: $0, label: parties[$0]?.sentence ?? $0.description, &shown) }
            + free.map { Branch(label(of: $0) + "; it is free now") }
    }

    /// Who has been shown already, as in a ring, is named but not followed again.
    private func branch(of party: LockParty.ID, label: String, _ shown: inout Set<LockParty.ID>) -> Branch {
        guard shown.insert(party).inserted else { return Branch(label + " (see above)") }
        let below = (waits[party] ?? []).filter { $0.blockers.first?.party == party }
        return Branch(label, below.map { branch(of: $0.waiter, label: self.label(of: $0), &shown) })
    }

    private func label(of wait: LockGraph.Wait) -> String {
        var text =
            "\(parties[wait.waiter]?.name ?? wait.waiter.description) wants \(wait.mode.rawValue) on \(wait.object)"
        if let row = wait.row { text += " (\(row))" }
        if let waited = wait.waited { text += ", for \(Units.seconds(waited))" }
        if let blocker = wait.blockers.first {
            text +=
                blocker.kind == .hard
                ? ", held as \(blocker.mode.rawValue)" : ", queued behind \(blocker.mode.rawValue)"
        }
        if wait.blockers.count > 1 { text += " (and \(wait.blockers.count - 1) more in its way)" }
        return text + (parties[wait.waiter]?.query.map { ": \($0.onOneLine)" } ?? "")
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

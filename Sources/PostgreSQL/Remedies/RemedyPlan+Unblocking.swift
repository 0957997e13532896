import Diagnostics

/// Whom to end so that everybody who waits for a lock goes on: the graph says who, the rules say whether we may.
extension RemedyPlan {
    mutating func unblock(_ waiting: Duration) {
        let all = view.graph.unblocking
        let chosen = all.filter { wait(for: $0) >= waiting.seconds }
        steps = chosen.map(step)
        command = planned.isEmpty ? nil : writing.doingWhole()
        notes += summary(chosen, passedOver: all.count - chosen.count, waiting)
        notes += rings(chosen)
        advice = [gentler(than: chosen)].compactMap { $0 }
    }

    /// How long the longest has waited for its end, in seconds; of a ring also itself.
    private func wait(for source: LockGraph.Unblocking) -> Double {
        view.longestWait(of: view.walk.heldUp(by: source.party.id)) ?? 0
    }

    private func step(_ source: LockGraph.Unblocking) -> Step {
        var step =
            switch (source.party.id, source.remedy) {
            case (.preparedTransaction(let gid), _): prepared(gid, source)
            case (.session(let pid), .waitForReplay): replay(pid)
            case (.session(let pid), _): session(pid, source.party)
            }
        let waiters = view.heldUp(by: source.party.id)
        step.holds = Step.Hold(
            waiters: waiters.count, freed: source.frees.count, freedAtOnce: source.goOnAtOnce.count,
            longestWait: view.longestWait(of: waiters))
        return step
    }

    /// The gentlest that works: a cancel does nothing to who is idle in its transaction.
    private func session(_ pid: Int32, _ party: LockParty) -> Step {
        guard let backend = view.backends[pid] else {
            return Step(.terminate, "\(pid)", nil, .absent, "it has ended by itself")
        }
        var step = ruled(backend.isIdle ? .terminate : .cancel, backend, isNamed: false)
        if let started = party.started.map(Microseconds.init(seconds:)), started != backend.started {
            step = Step(step.signal, step.subject, nil, .absent, "it has ended by itself")
        }
        step.condition?.transaction = backend.transactionStarted
        if backend.isIdle { step.condition?.stateChange = backend.stateChanged }
        if step.outcome == .refused, !backend.isOwn { step.outcome = .manual }
        return step
    }

    /// Whether it is to be committed or rolled back, its coordinator knows, and nobody else.
    private func prepared(_ gid: String, _ source: LockGraph.Unblocking) -> Step {
        let place = source.party.database.map { "database \($0)" } ?? "its database"
        return Step(
            .terminate, source.party.id.description, nil, .manual,
            "it belongs to no session and outlives restarts, until its coordinator, or you in \(place), "
                + "commit it or roll it back",
            command: "ROLLBACK PREPARED '\(gid.replacing("'", with: "''"))';")
    }

    private func replay(_ pid: Int32) -> Step {
        Step(
            .cancel, "\(pid)", view.backends[pid], .manual,
            "it is the replay of the primary's changes: it goes on when what it waits for has ended")
    }
}

// MARK: - In words

extension RemedyPlan {
    private func summary(_ chosen: [LockGraph.Unblocking], passedOver: Int, _ waiting: Duration) -> [String] {
        let waiters = Set(view.graph.waits.map(\.waiter)).count
        let wait = "\(waiters) wait\(waiters == 1 ? "s" : "") for locks"
        switch (waiters, chosen.count) {
        case (0, _): return ["nothing to do: nobody waits for a lock"]
        case (_, 0) where passedOver > 0:
            return ["nothing to do: \(wait), but nobody for \(Units.seconds(waiting.seconds)) yet (--waiting)"]
        case (_, 0): return ["nothing to do: \(wait), which are just becoming free"]
        case (_, 1):
            return ["\(wait); this one holds up \(reached(chosen) == waiters ? "them all" : "\(reached(chosen))")"]
        default: return ["\(wait); these \(chosen.count) hold up \(reached(chosen)), and fewer would not free them all"]
        }
    }

    private func reached(_ chosen: [LockGraph.Unblocking]) -> Int {
        chosen.reduce(into: Set<LockParty.ID>()) { $0.formUnion(view.heldUp(by: $1.party.id)) }.count
    }

    private func rings(_ chosen: [LockGraph.Unblocking]) -> [String] {
        chosen.compactMap { source in
            guard case .ring(let ring) = source.reason else { return nil }
            return "deadlock: " + (ring + ring.prefix(1)).map(\.description).joined(separator: " → ")
                + "; the server ends one of them itself after deadlock_timeout"
        }
    }

    /// A migration that waits itself and lets nobody pass: to cancel it harms the root not at all.
    private func gentler(than chosen: [LockGraph.Unblocking]) -> String? {
        let freed = chosen.reduce(into: Set<LockParty.ID>()) { $0.formUnion($1.goOnAtOnce) }.count
        let longest = view.graph.contentions.filter { $0.queue.count > 2 }.sorted { $0.queue.count > $1.queue.count }
        let heads = Set(longest.prefix(8).flatMap { $0.queue.prefix(3).map(\.party) })
        let best = heads.map { (view.freedAtOnce(without: $0), $0) }.max { ($0.0, $1.1) < ($1.0, $0.1) }
        guard let (count, party) = best, count > freed, case .session(let pid) = party,
            let backend = view.backends[pid], Ruling.on(.cancel, backend, isNamed: true) == .allowed
        else { return nil }
        return "gentler: \(backend.name) waits itself and lets nobody pass; to cancel it lets \(count) go on at once: "
            + writing.showing(.cancel, ["\(backend.reference(for: .cancel))"])
    }
}

import Diagnostics

/// What is going to be done to whom, and to whom not, with why. Pure: from one reading of the server.
struct RemedyPlan: Sendable {
    private(set) var steps: [Step] = []
    private(set) var notes: [String] = []
    /// What does all that is planned.
    private(set) var command: String?

    private let view: View
    private let writing: RemedyCommand

    /// What was read of the server.
    struct View: Sendable {
        let backends: [Int32: Backend]
        let graph: LockGraph
        let walk: LockWalk
        /// Whom the server takes us for.
        let role: String

        init(_ backends: [Backend], graph: LockGraph, role: String) {
            self.backends = Dictionary(backends.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
            self.graph = graph
            walk = LockWalk(graph)
            self.role = role
        }

        func hold(of pid: Int32) -> Step.Hold {
            let party = LockParty.ID.session(pid: pid)
            let waiters = walk.heldUp(by: party)
            let longest = graph.waits.lazy.filter { waiters.contains($0.waiter) }.compactMap(\.waited).max()
            return Step.Hold(
                waiters: waiters.count, freedAtOnce: walk.freedAtOnce(without: party).count, longestWait: longest)
        }
    }

    init(_ remedy: PostgreSQLRemedy, _ view: View, writing: RemedyCommand) {
        self.view = view
        self.writing = writing
        switch remedy {
        case .cancel(let sessions): name(sessions, .cancel)
        case .terminate(let sessions): name(sessions, .terminate)
        case .killIdle(let filter): killIdle(filter)
        case .unblock(let waiting): unblock(waiting)
        }
    }

    var planned: [Step] { steps.filter { $0.outcome == .planned } }
}

// MARK: - Sessions by name

extension RemedyPlan {
    private mutating func name(_ sessions: [SessionReference], _ signal: Signal) {
        var seen: Set<Int32> = []
        steps = sessions.filter { seen.insert($0.pid).inserted }.map { step($0, signal) }
        let subjects = planned.map(\.subject)
        command = subjects.isEmpty ? nil : writing.doing(signal, subjects)
    }

    private func step(_ named: SessionReference, _ signal: Signal) -> Step {
        guard let backend = view.backends[named.pid] else {
            return Step(signal, "\(named)", nil, .absent, "no session has the pid \(named.pid)")
        }
        if let started = named.started, let other = backend.started, other != started {
            return Step(
                signal, "\(named)", backend, .refused,
                "the pid belongs to another session by now: the one that was meant began \(started.timestamp)")
        }
        if let statement = named.statement, backend.isIdle || backend.statementStarted != statement {
            return Step(
                signal, "\(named)", backend, .absent, "the statement that was meant has ended: the session has gone on")
        }
        var step = ruled(signal, backend, isNamed: true)
        step.condition?.statement = named.statement
        return step
    }

    /// The step as the rules have it.
    private func ruled(_ signal: Signal, _ backend: Backend, isNamed: Bool) -> Step {
        let subject = "\(backend.reference(for: signal))"
        switch Ruling.on(signal, backend, isNamed: isNamed) {
        case .allowed:
            var step = Step(signal, subject, backend, .planned)
            step.holds = view.hold(of: backend.pid)
            step.warnings = backend.warnings(signal, as: view.role)
            step.command = writing.doing(signal, [subject])
            step.condition = backend.started.map {
                Guard(pid: backend.pid, started: $0, mustRun: signal == .cancel)
            }
            return step
        case .refused(let reason, let instead):
            var step = Step(signal, subject, backend, .refused, reason)
            step.holds = view.hold(of: backend.pid)
            step.command = instead.map { writing.showing($0, ["\(backend.reference(for: $0))"]) }
            return step
        }
    }
}

// MARK: - Idle sessions

extension RemedyPlan {
    private mutating func killIdle(_ filter: IdleFilter) {
        let matching = view.backends.values.filter(filter.matches)
            .sorted { ($0.inState ?? 0, $1.pid) > ($1.inState ?? 0, $0.pid) }
        let ruled = matching.map(idleStep)
        let planned = ruled.filter { $0.outcome == .planned }
        let chosen = planned.prefix(filter.limit ?? .max)
        steps = chosen + ruled.filter { $0.outcome != .planned }
        if planned.count > chosen.count { notes.append("\(planned.count - chosen.count) more match, beyond --limit") }
        command = chosen.isEmpty ? nil : writing.doingWhole
        notes.append(note(filter, chosen.count))
    }

    private func idleStep(_ backend: Backend) -> Step {
        var step = ruled(.terminate, backend, isNamed: false)
        step.condition?.stateChange = backend.stateChanged
        if let purpose = IdleFilter.purpose(of: backend), step.outcome == .planned {
            step = Step(
                .terminate, step.subject, backend, .spared, purpose,
                command: writing.showing(.terminate, [step.subject]))
        }
        if step.outcome == .refused { step.outcome = .spared }
        return step
    }

    private func note(_ filter: IdleFilter, _ count: Int) -> String {
        guard count == 0 else {
            return "a client that keeps its connections in a pool finds this one closed at its next use, "
                + "and connects again if it is well made"
        }
        let what = filter.includesTransactions ? "idle, or idle in a transaction," : "idle"
        return "nothing to do: no session that may be ended has been \(what) for longer than "
            + Units.seconds(filter.olderThan.seconds)
    }
}

// MARK: - Roots of waiting

extension RemedyPlan {
    private mutating func unblock(_ waiting: Duration) {
        let roots = view.graph.roots
        let chosen = roots.filter { $0.longestWait >= waiting.seconds }
        steps = chosen.map(step)
        command = planned.isEmpty ? nil : writing.doingWhole
        notes += unblockNotes(chosen, passedOver: roots.count - chosen.count, waiting)
    }

    private func step(_ root: LockGraph.Root) -> Step {
        switch (root.party, view.graph[root.party].map(LockGraph.remedy)) {
        case (.preparedTransaction(let gid), _): prepared(gid, root)
        case (.session(let pid), .waitForReplay): replay(pid, root)
        case (.session(let pid), let remedy): session(pid, remedy, root)
        }
    }

    private func session(_ pid: Int32, _ remedy: LockGraph.Remedy?, _ root: LockGraph.Root) -> Step {
        guard let backend = view.backends[pid] else {
            return Step(.terminate, "\(pid)", nil, .absent, "it has ended by itself")
        }
        let signal: Signal = if case .terminate = remedy { .terminate } else { backend.isIdle ? .terminate : .cancel }
        var step = ruled(signal, backend, isNamed: false)
        step.holds = hold(root)
        step.condition?.transaction = backend.transactionStarted
        if backend.isIdle { step.condition?.stateChange = backend.stateChanged }
        if step.outcome == .refused, !backend.isOwn { step.outcome = .manual }
        return step
    }

    /// Whether it is to be committed or rolled back, its coordinator knows, and nobody else.
    private func prepared(_ gid: String, _ root: LockGraph.Root) -> Step {
        var step = Step(
            .terminate, root.party.description, nil, .manual,
            "it belongs to no session, and outlives restarts, until its coordinator, or you in its database, "
                + "commit it or roll it back",
            command: "ROLLBACK PREPARED '\(gid.replacing("'", with: "''"))';")
        step.holds = hold(root)
        return step
    }

    private func replay(_ pid: Int32, _ root: LockGraph.Root) -> Step {
        var step = Step(
            .cancel, "\(pid)", view.backends[pid], .manual,
            "it is the replay of the primary's changes: it goes on when what it waits for has ended")
        step.holds = hold(root)
        return step
    }

    private func hold(_ root: LockGraph.Root) -> Step.Hold {
        Step.Hold(
            waiters: root.heldUp.count, freedAtOnce: root.freedAtOnce.count,
            longestWait: root.longestWait)
    }

    private func unblockNotes(_ chosen: [LockGraph.Root], passedOver: Int, _ waiting: Duration) -> [String] {
        let waiters = Set(view.graph.waits.map(\.waiter)).count
        guard waiters > 0 else { return ["nothing to do: nobody waits for a lock"] }
        let reached = chosen.reduce(into: Set<LockParty.ID>()) { $0.formUnion($1.heldUp) }.count
        let head =
            chosen.isEmpty
            ? "nothing to do: \(waiters) wait\(waiters == 1 ? "s" : "") for locks, but "
                + (passedOver > 0
                    ? "none for \(Units.seconds(waiting.seconds)) (--waiting)" : "in rings, without a root")
            : "\(reached) of \(waiters) that wait are held up by "
                + (chosen.count == 1 ? "this one alone" : "these \(chosen.count); without all of them, not all go on")
        let rings = view.graph.cycles.map { ring in
            "deadlock: " + (ring + ring.prefix(1)).map(\.description).joined(separator: " → ")
                + "; the server ends one of them after deadlock_timeout"
        }
        return [head] + rings + [gentler(chosen)].compactMap { $0 }
    }

    /// A migration that waits itself and lets nobody pass: to cancel it harms the root not at all.
    private func gentler(_ chosen: [LockGraph.Root]) -> String? {
        let freed = chosen.reduce(into: Set<LockParty.ID>()) { $0.formUnion($1.freedAtOnce) }.count
        let heads = Set(view.graph.contentions.flatMap { $0.queue.prefix(3).map(\.party) })
        let best = heads.map { (view.walk.freedAtOnce(without: $0).count, $0) }.max { ($0.0, $1.1) < ($1.0, $0.1) }
        guard let (count, party) = best, count > freed, case .session(let pid) = party,
            let backend = view.backends[pid], Ruling.on(.cancel, backend, isNamed: true) == .allowed
        else { return nil }
        return "gentler: \(backend.name) waits itself and lets nobody pass; to cancel it lets \(count) go on at once: "
            + writing.showing(.cancel, ["\(backend.reference(for: .cancel))"])
    }
}

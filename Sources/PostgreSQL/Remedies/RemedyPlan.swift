import Diagnostics

/// What is going to be done to whom, and to whom not, with why. Pure: from one reading of the server.
struct RemedyPlan: Sendable {
    var steps: [Step] = []
    var notes: [String] = []
    /// What could be done in place of it.
    var advice: [String] = []
    /// What does all that is planned.
    var command: String?

    let view: View
    let writing: RemedyCommand

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

        /// Nil when nobody waits for it.
        func hold(of party: LockParty.ID) -> Step.Hold? {
            let waiters = heldUp(by: party)
            return waiters.isEmpty
                ? nil
                : Step.Hold(
                    waiters: waiters.count, freed: nil, freedAtOnce: freedAtOnce(without: party),
                    longestWait: longestWait(of: waiters))
        }

        func heldUp(by party: LockParty.ID) -> Set<LockParty.ID> { walk.heldUp(by: party).subtracting([party]) }

        func freedAtOnce(without party: LockParty.ID) -> Int {
            LockWalk(graph.without([party])).free.subtracting(walk.free).subtracting([party]).count
        }

        func longestWait(of waiters: Set<LockParty.ID>) -> Double? {
            graph.waits.lazy.filter { waiters.contains($0.waiter) }.compactMap(\.waited).max()
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
    func ruled(_ signal: Signal, _ backend: Backend, isNamed: Bool) -> Step {
        let subject = "\(backend.reference(for: signal))"
        switch Ruling.on(signal, backend, isNamed: isNamed) {
        case .allowed:
            var step = Step(signal, subject, backend, .planned)
            step.holds = view.hold(of: .session(pid: backend.pid))
            step.warnings = backend.warnings(signal, as: view.role)
            step.command = writing.doing(signal, [subject])
            step.condition = backend.started.map {
                Guard(pid: backend.pid, started: $0, mustRun: signal == .cancel)
            }
            return step
        case .refused(let reason, let instead):
            var step = Step(signal, subject, backend, .refused, reason)
            step.holds = view.hold(of: .session(pid: backend.pid))
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
        command = chosen.isEmpty ? nil : writing.doingWhole()
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

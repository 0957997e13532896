import Diagnostics
import Network

/// Does what a plan says, all of it in one round trip, and then looks until it has worked or the time is over.
struct Doing: Sendable {
    private var steps: [Step]
    private let role: String

    init(_ plan: RemedyPlan, as role: String) {
        steps = plan.steps
        self.role = role
    }

    consuming func done(through connection: borrowing Connection, until deadline: Deadline) async -> [Step] {
        let numbers = steps.indices.filter { steps[$0].outcome == .planned && steps[$0].condition != nil }
        let queries = numbers.compactMap { number in steps[number].condition?.query(steps[number].signal) }
        for (number, answer) in zip(numbers, await connection.ask(queries, until: deadline)) {
            receive(answer, number)
        }
        var isOpen = steps.contains { $0.outcome == .unconfirmed }
        var pause = Duration.milliseconds(20)
        while isOpen, !deadline.hasPassed {
            isOpen = await look(through: connection, until: deadline)
            if isOpen { try? await Reactor.shared.sleep(until: deadline.within(pause)) }
            pause = min(pause * 2, .milliseconds(250))
        }
        return steps
    }

    /// What the server said to the signal. True means that it was sent, no more.
    private mutating func receive(_ answer: Result<Rows, ProbeError>, _ number: Int) {
        switch answer {
        case .failure(let error): fail(error, number)
        case .success(let rows):
            let sent = rows.count > 0 ? try? rows[0].get("sent", as: Bool.self) : nil
            steps[number].outcome = sent == true ? .unconfirmed : .absent
            steps[number].command = nil
            steps[number].reason =
                switch sent {
                case nil: "it has ended, or gone on, since it was read: not touched"
                case .some(true):
                    "the signal is sent, but it has not ended yet: a large rollback, or what cannot be interrupted"
                case .some(false): "it has just ended by itself"
                }
        }
    }

    private mutating func fail(_ error: ProbeError, _ number: Int) {
        let right = error.kind == .forbidden ? steps[number].backend?.missingRight(of: role) : nil
        steps[number].outcome = .failed
        steps[number].reason = error.message
        steps[number].warnings = []
        steps[number].command = right == nil ? error.advice : right?.advice
    }

    /// - Returns: whether some of them have still not ended.
    private mutating func look(through connection: borrowing Connection, until deadline: Deadline) async -> Bool {
        let open = steps.indices.filter { steps[$0].outcome == .unconfirmed }
        let query = Presence.query(open.compactMap { steps[$0].backend?.pid })
        guard let answer = await connection.ask([query], until: deadline).first, case .success(let rows) = answer,
            let present = try? rows.map({ row throws(RowError) in try Presence(row) })
        else { return false }
        for number in open {
            guard let backend = steps[number].backend else { continue }
            let now = present.first { $0.pid == backend.pid && $0.started == backend.started }
            if steps[number].signal.hasWorked(backend, now) { settle(number, now) }
        }
        return steps.contains { $0.outcome == .unconfirmed }
    }

    private mutating func settle(_ number: Int, _ now: Presence?) {
        steps[number].outcome = .done
        steps[number].after = now?.facts ?? []
        steps[number].reason =
            switch (steps[number].signal, now) {
            case (.terminate, _):
                "the session has ended"
                    + (steps[number].backend?.transactionStarted == nil ? "" : ", its transaction is rolled back")
            case (.cancel, nil): "its statement has ended, and so has the session"
            case (.cancel, let now?): "its statement has ended; it is \(now.state ?? "there still") now"
            }
    }
}

extension Signal {
    /// - Parameter now: the same session, as it is; nil when it is gone.
    fileprivate func hasWorked(_ before: Backend, _ now: Presence?) -> Bool {
        guard let now else { return true }
        return self == .cancel && (now.isIdle || now.statementStarted != before.statementStarted)
    }
}

/// A session that was signalled, as it is now.
private struct Presence {
    let pid: Int32
    let started: Microseconds?
    let statementStarted: Microseconds?
    let state: String?

    static func query(_ pids: [Int32]) -> Query {
        Query(
            step: "look whether it has ended",
            text: """
                SELECT pid, state, (extract(epoch FROM backend_start) * 1000000)::int8 AS backend_start,
                       (extract(epoch FROM query_start) * 1000000)::int8 AS query_start
                FROM pg_stat_activity WHERE pid = ANY ($1::int4[])
                """,
            parameters: ["{" + pids.map(String.init).joined(separator: ",") + "}"])
    }

    init(_ row: Row) throws(RowError) {
        pid = try row.get("pid")
        state = try row.getIfPresent("state")
        started = try row.getIfPresent("backend_start")
        statementStarted = try row.getIfPresent("query_start")
    }

    var isIdle: Bool { state?.hasPrefix("idle") ?? false }

    var facts: [Deed.Fact] { [.init("state", Cell(state))] }
}

import Diagnostics

/// The lines of the tree: what matters most comes first, since a terminal cuts off the rest.
struct LockLabels {
    private let parties: [LockParty.ID: LockParty]

    init(_ parties: [LockParty.ID: LockParty]) { self.parties = parties }

    /// `4242 app@orders "worker" waits 3 s for row (0,1) of orders [ShareLock on transaction 700, held]: UPDATE …`
    func label(of twig: LockTwig) -> String {
        let others = twig.otherBlockers > 0 ? ", and \(twig.otherBlockers) more in the way" : ""
        return "\(label(of: twig.wait))\(ages(twig.wait)) \(lock(twig, others))\(statement(of: twig.wait.waiter))"
    }

    /// `312 × app@orders "worker" (4242, 4243, 4244, …) wait 1 s to 3 s for …`
    func label(of bundle: [LockTwig]) -> String {
        guard let first = bundle.first else { return "" }
        return "\(names(of: bundle)) \(waiting(bundle)) \(lock(first, ""))\(statement(of: first.wait.waiter))"
    }

    /// `312 × app@orders "worker" (4242, 4243, 4244, …)`
    func names(of bundle: [LockTwig]) -> String {
        let pids = bundle.prefix(3).map(\.wait.waiter.description) + (bundle.count > 3 ? ["…"] : [])
        let who = bundle.first.flatMap { parties[$0.wait.waiter]?.nameWithoutPID } ?? ""
        return "\(bundle.count) × \(who)(\(pids.joined(separator: ", ")))"
    }

    /// `waits 3 s for row (0,1) of orders`, `wait 1 s to 3 s for …`
    func waiting(_ bundle: [LockTwig]) -> String {
        guard let first = bundle.first else { return "" }
        let waits = bundle.compactMap(\.wait.waited)
        let ends = [waits.min(), waits.max()].compactMap { $0 }.map { Units.seconds(max(0, $0)) }
        let times = Set(ends).count < 2 ? Array(ends.prefix(1)) : ends
        let time = times.isEmpty ? "" : " " + times.joined(separator: " to ")
        return "wait\(bundle.count == 1 ? "s" : "")\(time) for \(target(first.wait))"
    }

    /// `ShareLock on transaction 700`
    func wanted(_ wait: LockGraph.Wait) -> String {
        wait.mode.rawValue + (wait.row == nil ? "" : " on \(wait.object)")
    }

    /// `held as ExclusiveLock`, `queued behind AccessExclusiveLock`
    func how(_ blocker: Blocker) -> String {
        (blocker.kind == .hard ? "held as " : "queued behind ") + blocker.mode.rawValue
    }

    func label(of wait: LockGraph.Wait) -> String {
        let name = parties[wait.waiter]?.name ?? wait.waiter.description
        let waited = wait.waited.map { " \(Units.seconds(max(0, $0)))" } ?? ""
        return "\(name) waits\(waited) for \(target(wait))"
    }

    func statement(of party: LockParty.ID) -> String {
        guard let party = parties[party] else { return "" }
        if party.isHidden { return ": its statement is hidden from this role" }
        return party.query.map { $0.isEmpty ? "" : ": \($0.onOneLine)" } ?? ""
    }

    private func target(_ wait: LockGraph.Wait) -> LockedObject { wait.row ?? wait.object }

    /// `[ShareLock on transaction 700, held]`, `[AccessShareLock, behind AccessExclusiveLock in the queue]`
    private func lock(_ twig: LockTwig, _ others: String) -> String {
        "[\(wanted(twig.wait))\(twig.blocker.map { ", \(how($0))" } ?? "")\(others)]"
    }

    /// Of one whose transaction did something else before.
    private func ages(_ wait: LockGraph.Wait) -> String {
        guard let open = parties[wait.waiter]?.transactionOpen, open >= (wait.waited ?? 0) + 1 else { return "" }
        return ", in a transaction for \(Units.seconds(open)),"
    }
}

extension LockParty {
    /// `4242 app@app "worker"`; of others than client backends with what they are.
    var name: String {
        let kind = backendType.map { $0 == "client backend" ? "" : "\($0) " } ?? ""
        let rest = whose
        return "\(kind)\(id)" + (rest.isEmpty ? "" : " \(rest)")
    }

    /// `app@app "worker" `, with a blank at its end, or nothing.
    var nameWithoutPID: String {
        let kind = backendType.map { $0 == "client backend" ? "" : "\($0) " } ?? ""
        return kind + whose + (whose.isEmpty ? "" : " ")
    }

    private var whose: String {
        let who = [role, database].compactMap { $0 }.joined(separator: "@")
        let what = application.map { $0.isEmpty ? "" : "\"\($0)\"" } ?? ""
        return [who, what].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Its name, state and ages.
    var sentence: String {
        var parts = [name + (address.map { " from \($0)" } ?? "")]
        if let doing { parts.append(doing) }
        if let transactionOpen {
            let isPrepared = if case .preparedTransaction = id { true } else { false }
            parts.append(
                (isPrepared ? "prepared " : "transaction open for ") + Units.seconds(transactionOpen)
                    + (isPrepared ? " ago" : ""))
        }
        return parts.joined(separator: ", ")
    }

    /// `idle in transaction for 3 min`, `active for 12 s (IO:DataFileRead)`.
    var doing: String? {
        guard let state else { return nil }
        let isIdle = state.hasPrefix("idle")
        let time = (isIdle ? inState : statementAge ?? inState).map { " for \(Units.seconds(max(0, $0)))" } ?? ""
        return state + time + (isIdle ? "" : waitEvent.map { " (\($0))" } ?? "")
    }
}

extension String {
    /// With each run of white space as one blank.
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

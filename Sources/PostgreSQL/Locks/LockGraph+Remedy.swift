import Diagnostics

extension LockGraph {
    /// What ends a party's hold, the gentlest that works.
    public enum Remedy: Sendable, Hashable, Codable {
        /// Ends the statement and with it the transaction's locks; the session stays.
        case cancel(pid: Int32, started: Double? = nil)
        /// Ends the session: one that is idle in a transaction has no statement to cancel.
        case terminate(pid: Int32, started: Double? = nil)
        /// Nobody is connected to a prepared transaction: it stays, over restarts, until somebody ends it.
        case endPrepared(gid: String)
        /// Replay on a standby: it gives way to nobody, the other way round the server cancels statements.
        case waitForReplay
        /// An autovacuum worker ends itself for who waits for it, about `deadlock_timeout` after the wait began, and comes
        /// back later. Who waits longer stands behind another that waits.
        case waitForAutovacuum(pid: Int32)
        /// One that prevents wraparound gives way to nobody and must be let finish: cancelled, it begins anew.
        case waitForVacuum(pid: Int32)
    }

    public static func remedy(for party: LockParty) -> Remedy {
        switch (party.id, party.backendType, party.state) {
        case (.preparedTransaction(let gid), _, _): .endPrepared(gid: gid)
        case (_, "startup", _): .waitForReplay
        case (.session(let pid), "autovacuum worker", _):
            party.query?.contains("(to prevent wraparound)") ?? false
                ? .waitForVacuum(pid: pid) : .waitForAutovacuum(pid: pid)
        case (.session(let pid), "walsender", _): .terminate(pid: pid, started: party.started)
        case (.session(let pid), _, let state?) where state.hasPrefix("idle"):
            .terminate(pid: pid, started: party.started)
        case (.session(let pid), _, _): .cancel(pid: pid, started: party.started)
        }
    }
}

extension LockGraph.Remedy: CustomStringConvertible {
    /// The command or statement to run, or what to do in its place.
    public var description: String {
        switch self {
        case .cancel(let pid, let started): command(.cancel, pid, started)
        case .terminate(let pid, let started): command(.terminate, pid, started)
        case .endPrepared(let gid):
            "ROLLBACK PREPARED '\(gid.replacing("'", with: "''"))' (or COMMIT PREPARED, as its coordinator decides)"
        case .waitForReplay: "wait for replay: max_standby_streaming_delay bounds how long it waits for statements"
        case .waitForAutovacuum(let pid):
            "autovacuum \(pid) gives way by itself, deadlock_timeout after the wait began; else SELECT pg_cancel_backend(\(pid))"
        case .waitForVacuum(let pid): "let autovacuum \(pid) finish: it prevents transaction id wraparound"
        }
    }

    /// Shows first what it would do; the start keeps it from another session that has the pid by then.
    private func command(_ signal: Signal, _ pid: Int32, _ started: Double?) -> String {
        "diag pg \(signal.rawValue) "
            + SessionReference(pid: pid, started: started.map(Microseconds.init(seconds:))).description
    }
}

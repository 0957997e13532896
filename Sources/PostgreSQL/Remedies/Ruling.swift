/// Whether a session may be cancelled or terminated at all, by rules of ours; whether our role may is the server's to say.
enum Ruling: Sendable, Hashable {
    case allowed
    /// - instead: what would do in its place.
    case refused(String, instead: Signal? = nil)

    /// - Parameter isNamed: a person has named its pid; what a filter or a computation finds is treated with more care.
    static func on(_ signal: Signal, _ backend: Backend, isNamed: Bool) -> Ruling {
        if backend.isOwn { return .refused("this is diag's own session") }
        if backend.started == nil {
            return .refused("this role does not see when it began, so another session could have its pid by now")
        }
        let ruling = onKind(signal, backend, isNamed: isNamed)
        guard ruling == .allowed, signal == .cancel else { return ruling }
        return onCancelling(backend)
    }

    private static func onKind(_ signal: Signal, _ backend: Backend, isNamed: Bool) -> Ruling {
        switch (backend.kind, isNamed) {
        case (.auxiliary(let type), _): .refused("it is the server's own \(type)")
        case (.parallelWorker(let leader), _):
            .refused("it works for \(leader), and ends with its statement: name that one")
        case (.autovacuum, true) where signal == .terminate:
            .refused("to cancel is enough for an autovacuum worker", instead: .cancel)
        case (.autovacuum, false) where backend.preventsWraparound:
            .refused("it prevents transaction id wraparound and must be let finish")
        case (.autovacuum, false):
            .refused("autovacuum gives way by itself after deadlock_timeout; else name its pid", instead: .cancel)
        case (.replication, false): .refused("it is a replication connection: only by its pid", instead: signal)
        case (.worker(let type), false): .refused("it is a \(type), no client: only by its pid", instead: signal)
        case (.client, false) where backend.isSuperuser:
            .refused("it is a superuser's: only by its pid", instead: signal)
        case (.client, _), (.autovacuum, true), (.replication, true), (.worker, true): .allowed
        }
    }

    private static func onCancelling(_ backend: Backend) -> Ruling {
        if backend.isIdleInTransaction {
            return .refused(
                "it runs nothing that could be cancelled, and its transaction stays open: only its end frees what it holds",
                instead: .terminate)
        }
        return backend.isIdle ? .refused("it is idle: there is nothing to cancel") : .allowed
    }
}

extension Backend {
    /// What one should know before doing it.
    func warnings(_ signal: Signal, as role: String) -> [String] {
        [
            isStuckWithItsClient && signal == .cancel
                ? "it waits for its client (\(wait ?? "")), and notices a cancel only when that goes on; "
                    + "terminate does not wait for it" : nil,
            wait == "IPC: SyncRep"
                ? "it has committed and waits for a standby's word: ended now, its commit stands here, "
                    + "and may be lost in a failover" : nil,
            kind == .replication
                ? "a standby or subscriber connects again at once; a base backup over it fails" : nil,
            kind == .autovacuum && preventsWraparound
                ? "it prevents transaction id wraparound: cancelled, it begins again from the start" : nil,
            advisoryLocks > 0 && signal == .terminate
                ? "it holds \(advisoryLocks) advisory lock\(advisoryLocks == 1 ? "" : "s"): it may be somebody's leader"
                : nil,
            maySignal
                ? nil
                : "the server is going to refuse: "
                    + [missingRight(of: role).reason, missingRight(of: role).advice].compactMap { $0 }.joined(
                        separator: " → "),
        ].compactMap { $0 }
    }

    /// Sends rows that nobody takes, or reads what nobody sends (COPY): interrupts but the end of the session are put off.
    private var isStuckWithItsClient: Bool {
        !isIdle && (wait == "Client: ClientWrite" || wait == "Client: ClientRead")
    }

    /// Who may signal whom: the manual, 9.27.2 and 22.5 (on pg_signal_backend).
    func missingRight(of role: String) -> (reason: String, advice: String?) {
        switch kind {
        case .autovacuum:
            ("only a superuser, or pg_signal_autovacuum_worker (18 and later), may cancel autovacuum", nil)
        case _ where isSuperuser || self.role == nil:
            ("only a superuser may signal this session", "connect as a superuser")
        default: ("\(role) may not signal \(self.role ?? "it")", "GRANT pg_signal_backend TO \(role)")
        }
    }
}

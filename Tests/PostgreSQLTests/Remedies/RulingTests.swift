import Testing

@testable import PostgreSQL

@Suite("Who may be cancelled or terminated")
struct RulingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let values: [String: String?]
        let signal: Signal
        let isNamed: Bool
        /// A part of the reason; nil: allowed.
        let refusal: String?
        var instead: Signal?

        init(
            _ values: [String: String?], _ signal: Signal, named: Bool, _ refusal: String?, instead: Signal? = nil
        ) {
            (self.values, self.signal, isNamed) = (values, signal, named)
            (self.refusal, self.instead) = (refusal, instead)
        }

        var testDescription: String { "\(signal) \(isNamed ? "named" : "found") \(values)" }
    }

    private static let active = ["state": "active"]
    private static let vacuum = ["backend_type": "autovacuum worker", "state": "active", "usename": nil]
    private static let sender = ["backend_type": "walsender", "state": "active", "datname": nil]

    static let cases = [
        Case([:], .terminate, named: true, nil), Case([:], .terminate, named: false, nil),
        Case(["is_own": "t"], .terminate, named: true, "own session"),
        Case(["is_own": "t"], .cancel, named: true, "own session"),
        Case(["backend_start": nil, "state": nil], .terminate, named: true, "does not see when it began"),
        Case(active, .cancel, named: true, nil), Case(active, .cancel, named: false, nil),
        Case([:], .cancel, named: true, "runs nothing", instead: .terminate),
        Case(["state": "idle in transaction (aborted)"], .cancel, named: true, "runs nothing", instead: .terminate),
        Case(["state": "idle"], .cancel, named: true, "nothing to cancel"),
        Case(["state": "idle"], .terminate, named: true, nil),
        Case(["is_superuser": "t"], .terminate, named: false, "only by its pid", instead: .terminate),
        Case(["is_superuser": "t"], .terminate, named: true, nil),
        Case(["leader_pid": "4710", "backend_type": "parallel worker"], .cancel, named: true, "works for 4710"),
        Case(vacuum, .cancel, named: true, nil),
        Case(vacuum, .cancel, named: false, "deadlock_timeout", instead: .cancel),
        Case(vacuum, .terminate, named: true, "cancel is enough", instead: .cancel),
        Case(
            vacuum.merging(["query": "autovacuum: VACUUM t (to prevent wraparound)"]) { $1 }, .cancel, named: false,
            "must be let finish"),
        Case(sender, .terminate, named: true, nil),
        Case(sender, .terminate, named: false, "replication connection", instead: .terminate),
        Case(
            ["backend_type": "checkpointer", "datname": nil, "state": nil], .terminate, named: true, "own checkpointer"),
        Case(["backend_type": "logical replication launcher", "datname": nil], .terminate, named: true, "launcher"),
        Case(["backend_type": "slotsync worker"], .terminate, named: true, "slotsync worker"),
        Case(["backend_type": "pg_cron", "state": "active"], .cancel, named: true, nil),
        Case(["backend_type": "pg_cron"], .terminate, named: false, "no client", instead: .terminate),
    ]

    @Test(arguments: cases)
    func rulesAreKept(example: Case) throws {
        let backend = try Backend.example(example.values)
        switch Ruling.on(example.signal, backend, isNamed: example.isNamed) {
        case .allowed: #expect(example.refusal == nil)
        case .refused(let reason, let instead):
            #expect(example.refusal.map(reason.contains) == true, "\(reason)")
            #expect(instead == example.instead)
        }
    }

    @Test(
        arguments: [
            (["state": "active", "wait": "Client: ClientWrite"], .cancel, "notices a cancel only"),
            (["state": "active", "wait": "IPC: SyncRep"], .terminate, "waits for a standby's word"),
            (["backend_type": "walsender"], .terminate, "connects again at once"),
            (["advisory_locks": "2"], .terminate, "2 advisory locks"),
            (["may_signal": "f"], .terminate, "the server is going to refuse: diag may not signal app"),
            (["may_signal": "f", "is_superuser": "t"], .cancel, "only a superuser may signal"),
        ] as [([String: String?], Signal, String)])
    func whatIsRiskyIsTold(values: [String: String?], signal: Signal, warning: String) throws {
        let warnings = try Backend.example(values).warnings(signal, as: "diag")
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(warning) == true)
    }

    @Test func whatIsOrdinaryNeedsNoWarning() throws {
        #expect(try Backend.example().warnings(.terminate, as: "diag").isEmpty)
        #expect(try Backend.example(["wait": "Client: ClientRead"]).warnings(.terminate, as: "diag").isEmpty)
    }
}

import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("What a remedy plans")
struct RemedyPlanTests {
    private static let writing = RemedyCommand(
        tail: ["db"], whole: ["pg", "kill-idle", "--older-than", "10m", "db"])

    private func plan(_ remedy: PostgreSQLRemedy, _ backends: [Backend], _ entries: [LockEntry] = []) -> RemedyPlan {
        let view = RemedyPlan.View(backends, graph: LockGraph(entries), role: "diag")
        return RemedyPlan(remedy, view, writing: Self.writing)
    }

    private func named(_ text: String) throws -> SessionReference { try #require(SessionReference(text)) }

    @Test func theCommandNamesTheSessionByItsStart() throws {
        let plan = plan(.terminate([try named("4711")]), [try .example()])
        #expect(plan.command == "diag pg terminate 4711@1763912345.123456 db --yes")
        #expect(plan.planned.map(\.condition) == [Guard(pid: 4711, started: Microseconds(1_763_912_345_123_456))])
    }

    @Test func aCancelNamesTheStatementToo() throws {
        let plan = plan(.cancel([try named("4711")]), [try .example(["state": "active"])])
        #expect(plan.command == "diag pg cancel 4711@1763912345.123456/1763912399.000001 db --yes")
        #expect(plan.planned.first?.condition?.mustRun == true)
        #expect(plan.planned.first?.condition?.statement == nil)
    }

    @Test(
        arguments: [
            ("4711@1763912345.123456", "active", Deed.Outcome.planned), ("4711@1763912345.123457", "active", .refused),
            ("4712", "active", .absent), ("4711@1763912345.123456/1763912399.000001", "active", .planned),
            ("4711@1763912345.123456/1763912399.000002", "active", .absent),
            ("4711@1763912345.123456/1763912399.000001", "idle", .absent),
        ])
    func whatWasMeantIsAllThatIsTouched(text: String, state: String, outcome: Deed.Outcome) throws {
        let plan = plan(.cancel([try named(text)]), [try .example(["state": state])])
        #expect(plan.steps.map(\.outcome) == [outcome])
        #expect((plan.command == nil) == (outcome != .planned))
    }

    @Test func aPidThatIsNamedTwiceIsEndedOnce() throws {
        let plan = plan(.terminate([try named("4711"), try named("4711")]), [try .example()])
        #expect(plan.steps.count == 1)
    }

    @Test(
        arguments: [
            (IdleFilter(olderThan: .seconds(600)), ["old", "older"]),
            (
                IdleFilter(olderThan: .seconds(600), includesTransactions: true),
                ["aborted", "forgotten", "old", "older"]
            ),
            (IdleFilter(olderThan: .seconds(600), users: ["web"]), ["older"]),
            (IdleFilter(olderThan: .seconds(600), users: ["web", "app"]), ["old", "older"]),
            (IdleFilter(olderThan: .seconds(600), applications: ["old"]), ["old"]),
            (IdleFilter(olderThan: .seconds(600), databases: ["billing"]), []),
            (IdleFilter(olderThan: .seconds(600), limit: 1), ["older"]),
            (IdleFilter(olderThan: .seconds(5)), ["fresh", "old", "older"]),
        ])
    func onlyWhatMatchesIsEnded(filter: IdleFilter, expected: [String]) throws {
        let sessions: [[String: String?]] = [
            ["application_name": "old", "state": "idle", "in_state": "601"],
            ["application_name": "older", "state": "idle", "in_state": "9000", "usename": "web"],
            ["application_name": "fresh", "state": "idle", "in_state": "10"],
            ["application_name": "forgotten", "state": "idle in transaction", "in_state": "700"],
            ["application_name": "aborted", "state": "idle in transaction (aborted)", "in_state": "700"],
            ["application_name": "busy", "state": "active", "in_state": "700"],
            ["application_name": "root", "state": "idle", "in_state": "700", "is_superuser": "t"],
            ["application_name": "us", "state": "idle", "in_state": "700", "is_own": "t"],
            ["application_name": "leader", "state": "idle", "in_state": "700", "advisory_locks": "1"],
            ["application_name": "ear", "state": "idle", "in_state": "700", "query": " listen jobs"],
            ["application_name": "sender", "state": "idle", "in_state": "700", "backend_type": "walsender"],
        ]
        let backends = try sessions.enumerated().map { number, values in
            try Backend.example(values.merging(["pid": "\(number + 1)"]) { $1 })
        }
        let plan = plan(.killIdle(filter), backends)
        #expect(plan.planned.compactMap(\.backend?.application).sorted() == expected)
        #expect(plan.planned.allSatisfy { $0.condition?.stateChange != nil })
        let spared = plan.steps.filter { $0.outcome == .spared }.compactMap(\.backend?.application)
        #expect(Set(spared).isSubset(of: ["root", "leader", "ear"]))
        #expect(plan.command == (expected.isEmpty ? nil : "diag pg kill-idle --older-than 10m db --yes"))
        #expect(!plan.notes.isEmpty)
    }

    @Test func theLongestIdleComeFirst() throws {
        let backends = try [("1", "700"), ("2", "900"), ("3", "800")].map { pid, idle in
            try Backend.example(["pid": pid, "state": "idle", "in_state": idle])
        }
        let plan = plan(.killIdle(IdleFilter(olderThan: .seconds(600), limit: 2)), backends)
        #expect(plan.planned.compactMap(\.backend?.pid) == [2, 3])
        #expect(plan.notes.contains { $0.contains("1 more match") })
    }
}

@Suite("Whom unblock ends")
struct UnblockPlanTests {
    private func session(_ pid: Int32, _ state: String) -> LockParty {
        LockParty(id: .session(pid: pid), role: "app", backendType: "client backend", state: state)
    }

    private func lock(_ party: LockParty, _ tag: String, granted: Bool, waited: Double? = nil) -> LockEntry {
        LockEntry(
            tag: tag, object: .relation(tag), mode: .accessExclusive, isGranted: granted, waited: waited, party: party)
    }

    private func plan(_ entries: [LockEntry], _ states: [(Int32, String)], waiting: Duration = .seconds(1)) throws
        -> RemedyPlan
    {
        let backends = try states.map { try Backend.example(["pid": "\($0.0)", "state": $0.1]) }
        let view = RemedyPlan.View(backends, graph: LockGraph(entries), role: "diag")
        return RemedyPlan(
            .unblock(waiting: waiting), view, writing: RemedyCommand(tail: ["db"], whole: ["pg", "unblock", "db"]))
    }

    @Test func theRootsAndNobodyElse() throws {
        let (root, busy) = (session(1, "idle in transaction"), session(2, "active"))
        let (waiter, behind, third) = (session(3, "active"), session(4, "active"), session(5, "active"))
        let plan = try plan(
            [
                lock(root, "a", granted: true), lock(waiter, "a", granted: false, waited: 9),
                lock(waiter, "b", granted: true), lock(behind, "b", granted: false, waited: 8),
                lock(busy, "c", granted: true), lock(third, "c", granted: false, waited: 7),
            ], [(1, "idle in transaction"), (2, "active"), (3, "active"), (4, "active"), (5, "active")])
        #expect(plan.planned.map { "\($0.signal) \($0.backend?.pid ?? 0)" } == ["terminate 1", "cancel 2"])
        #expect(plan.planned.map(\.holds?.waiters) == [2, 1])
        #expect(plan.planned[0].condition?.stateChange != nil)
        #expect(plan.planned.allSatisfy { $0.condition?.transaction != nil })
        #expect(plan.command == "diag pg unblock db --yes")
        #expect(plan.notes.first?.hasPrefix("3 wait for locks; these 2 hold up 3") == true)
    }

    @Test func aShortWaitIsNobodysBusiness() throws {
        let entries = [
            lock(session(1, "active"), "a", granted: true),
            lock(session(2, "active"), "a", granted: false, waited: 0.2),
        ]
        let patient = try plan(entries, [(1, "active"), (2, "active")])
        #expect(patient.steps.isEmpty && patient.command == nil)
        #expect(patient.notes.first?.contains("but nobody for 1 s yet (--waiting)") == true)
        let hasty = try plan(entries, [(1, "active"), (2, "active")], waiting: .milliseconds(100))
        #expect(hasty.planned.count == 1)
    }

    @Test func whatNoSessionOwnsIsLeftToItsCoordinator() throws {
        let prepared = LockParty(id: .preparedTransaction(gid: "it's"), role: "app", database: "orders")
        let plan = try plan(
            [lock(prepared, "a", granted: true), lock(session(2, "active"), "a", granted: false, waited: 5)],
            [(2, "active")])
        #expect(plan.steps.map(\.outcome) == [.manual])
        #expect(plan.steps.first?.command == "ROLLBACK PREPARED 'it''s';")
        #expect(plan.command == nil)
    }

    @Test func autovacuumAndReplayAreNamedAndLeftAlone() throws {
        let vacuum = LockParty(id: .session(pid: 1), backendType: "autovacuum worker", state: "active")
        let replay = LockParty(id: .session(pid: 2), backendType: "startup")
        let backends = try [
            Backend.example(["pid": "1", "backend_type": "autovacuum worker", "state": "active", "usename": nil]),
            Backend.example(["pid": "2", "backend_type": "startup", "state": nil, "datname": nil]),
        ]
        let entries = [
            lock(vacuum, "a", granted: true), lock(session(3, "active"), "a", granted: false, waited: 5),
            lock(replay, "b", granted: true), lock(session(4, "active"), "b", granted: false, waited: 4),
        ]
        let view = RemedyPlan.View(backends, graph: LockGraph(entries), role: "diag")
        let plan = RemedyPlan(.unblock(waiting: .seconds(1)), view, writing: RemedyCommand(tail: ["db"]))
        #expect(plan.steps.map(\.outcome) == [.manual, .manual])
        #expect(plan.steps.first?.command?.hasPrefix("diag pg cancel 1@") == true)
        #expect(plan.command == nil)
    }

    @Test func nobodyWaits() throws {
        #expect(try plan([], []).notes == ["nothing to do: nobody waits for a lock"])
    }

    /// Behind a migration that waits stand readers who are in nobody's way.
    @Test func whoWaitsItselfAndLetsNobodyPassIsNamedAsTheGentlerWay() throws {
        func reading(_ pid: Int32, granted: Bool, _ waited: Double? = nil) -> LockEntry {
            LockEntry(
                tag: "a", object: .relation("a"), mode: .accessShare, isGranted: granted, waited: waited,
                party: session(pid, "active"))
        }
        let entries =
            [reading(1, granted: true), lock(session(2, "active"), "a", granted: false, waited: 9)]
            + [3, 4, 5].map { reading($0, granted: false, 10 - Double($0)) }
        let plan = try plan(entries, [1, 2, 3, 4, 5].map { ($0, "active") })
        #expect(plan.planned.compactMap(\.backend?.pid) == [1])
        let gentler = try #require(plan.advice.first { $0.hasPrefix("gentler") })
        #expect(gentler.contains("lets 3 go on at once: diag pg cancel 2@"))
    }
}

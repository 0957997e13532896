import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("The graph of who waits for whom")
struct LockGraphTests {
    @Test func hasTheOneAtItsRootWhoWaitsForNobody() throws {
        let graph = LockGraph(chain)
        let root = try #require(graph.roots.first)
        #expect(graph.roots.count == 1)
        #expect(root.party == .session(pid: 1))
        #expect(root.heldUp == [.session(pid: 2), .session(pid: 3), .session(pid: 4)])
        #expect(root.freedAtOnce == [.session(pid: 2)])
        #expect(root.longestWait == 30)
        #expect(graph.cycles.isEmpty)
    }

    @Test func ranksRootsByHowManyTheyHoldUp() {
        let more = [held(8, "b", .exclusive), wanted(9, "b", .exclusive, 500)]
        let graph = LockGraph(chain + more)
        #expect(graph.roots.map(\.party) == [.session(pid: 1), .session(pid: 8)])
    }

    @Test func tellsWhoWaitsForOneRootAloneFromWhoWaitsForSeveral() throws {
        let graph = LockGraph([
            held(1, "a", .accessShare), held(2, "a", .accessShare), wanted(3, "a", .accessExclusive, 5),
            held(1, "b", .exclusive), wanted(4, "b", .exclusive, 1),
        ])
        let first = try #require(graph.roots.first)
        #expect(first.party == .session(pid: 1))
        #expect(first.heldUp == [.session(pid: 3), .session(pid: 4)])
        #expect(first.heldUpByItAlone == [.session(pid: 4)])
        #expect(first.freedAtOnce == [.session(pid: 4)])
    }

    @Test func findsEveryRing() {
        let graph = LockGraph(ring(1, 2) + ring(5, 6, 7) + [wanted(9, "x5", .exclusive, 1)])
        #expect(graph.cycles.count == 2)
        #expect(graph.cycles.map { $0.count }.sorted() == [2, 3])
        #expect(graph.roots.isEmpty)
    }

    @Test func showsARingOnceAndEndsIt() throws {
        let branches = tree(LockGraph(ring(1, 2)))
        #expect(branches.count == 1)
        #expect(depth(try #require(branches.first)) == 3)
    }

    @Test func keepsALongQueueReadable() throws {
        let queue = (2...300).map { wanted(Int32($0), "a", .exclusive, Double(4000 - $0)) }
        let graph = LockGraph([held(1, "a", .exclusive)] + queue)
        #expect(graph.roots.first?.heldUp.count == 299)
        #expect(graph.cycles.isEmpty)
        let root = try #require(tree(graph).first)
        #expect(root.children.count == 1)
        #expect(root.children.first?.text.hasPrefix("299 × (2, 3, 4, …) wait 1 h") == true)
        #expect(try #require(tree(graph, isComplete: true).first).children.count == 299)
    }

    @Test func countsWhatWouldBeTooWideOrTooDeep() throws {
        let wide = LockGraph(
            [held(1, "a", .exclusive)]
                + (2...40).flatMap {
                    [
                        wanted($0, "a", .exclusive, 9), held($0, "b\($0)", .share),
                        wanted(100 + $0, "b\($0)", .exclusive, 1),
                    ]
                })
        #expect(try #require(tree(wide).first).children.count == 13)
        #expect(tree(wide).first?.children.last?.text == "and 27 more")
        let deep = LockGraph(
            (1...40).flatMap { [held($0, "\($0)", .exclusive), wanted($0 + 1, "\($0)", .exclusive, 1)] })
        #expect(depth(try #require(tree(deep).first)) == 13)
        #expect(deep.unblocking.map(\.frees.count) == [40])
    }

    @Test func takesParallelWorkersForTheirLeader() {
        let graph = LockGraph([
            held(1, "a", .accessShare, query: "worker", isWorkers: true), held(1, "a", .accessShare, query: "leader"),
            wanted(1, "a", .share, 1), wanted(2, "a", .accessExclusive, 3),
        ])
        let wait = graph.waits.first { $0.waiter == .session(pid: 2) }
        #expect(wait.map { graph.blockers(of: $0).map(\.party) } == [.session(pid: 1)])
        #expect(graph.parties.first { $0.id == .session(pid: 1) }?.query == "leader")
    }

    @Test func namesTheRowThatIsWaitedFor() {
        let row = LockedObject.tuple(relation: "debates", page: 0, tuple: 10)
        let graph = LockGraph([
            held(1, "x", .exclusive, .transaction("700")), wanted(2, "x", .share, 4, .transaction("700")),
            held(2, "t", .exclusive, row),
        ])
        #expect(graph.waits.map(\.row) == [row])
    }

    @Test func keepsAWaiterWhoseLockHasJustBecomeFree() {
        let graph = LockGraph([wanted(2, "a", .exclusive, 4)])
        #expect(graph.waits.map { graph.blockers(of: $0) } == [[]])
        #expect(tree(graph).map(\.text).first?.contains("free now") == true)
    }

    @Test func withoutWaitersSaysSo() {
        #expect(LockGraph([held(1, "a", .exclusive)]).evidence().map(\.body) == [.fact("nobody waits for a lock")])
    }

    @Test(arguments: [
        (LockParty(id: .session(pid: 1), state: "idle in transaction"), LockGraph.Remedy.terminate(pid: 1)),
        (LockParty(id: .session(pid: 1), state: "active"), .cancel(pid: 1)),
        (LockParty(id: .session(pid: 1)), .cancel(pid: 1)),
        (LockParty(id: .preparedTransaction(gid: "it's")), .endPrepared(gid: "it's")),
        (LockParty(id: .session(pid: 1), backendType: "startup"), .waitForReplay),
        (
            LockParty(id: .session(pid: 1), backendType: "autovacuum worker", query: "autovacuum: VACUUM t"),
            .waitForAutovacuum(pid: 1)
        ),
        (
            LockParty(
                id: .session(pid: 1), backendType: "autovacuum worker",
                query: "autovacuum: VACUUM t (to prevent wraparound)"), .waitForVacuum(pid: 1)
        ),
    ])
    func knowsTheGentlestRemedy(party: LockParty, remedy: LockGraph.Remedy) {
        #expect(LockGraph.remedy(for: party) == remedy)
    }

    @Test func quotesTheNameOfAPreparedTransaction() {
        #expect(LockGraph.Remedy.endPrepared(gid: "it's").description.contains("'it''s'"))
    }

    private func tree(_ graph: LockGraph, isComplete: Bool = false) -> [Branch] {
        for case .tree(let branches) in graph.evidence(isComplete: isComplete).map(\.body) { return branches }
        return []
    }

    /// 4 behind 3 behind 2 behind 1.
    private var chain: [LockEntry] {
        [
            held(1, "a", .exclusive), wanted(2, "a", .exclusive, 30), held(2, "b", .exclusive),
            wanted(3, "b", .exclusive, 20), held(3, "c", .exclusive), wanted(4, "c", .exclusive, 10),
        ]
    }

    /// Each holds what the one before wants.
    private func ring(_ pids: Int32...) -> [LockEntry] {
        pids.indices.flatMap { index in
            let next = pids[(index + 1) % pids.count]
            return [held(pids[index], "x\(pids[index])", .exclusive), wanted(pids[index], "x\(next)", .exclusive, 1)]
        }
    }

    private func depth(_ branch: Branch) -> Int { 1 + (branch.children.map(depth).max() ?? 0) }
}

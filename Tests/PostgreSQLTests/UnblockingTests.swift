import Testing

@testable import PostgreSQL

@Suite("Whom to end so that everybody goes on")
struct UnblockingTests {
    @Test func isTheRootOfAChain() throws {
        let graph = LockGraph([
            held(1, "a", .exclusive), wanted(2, "a", .exclusive, 30), held(2, "b", .exclusive),
            wanted(3, "b", .exclusive, 20),
        ])
        let step = try #require(graph.unblocking.first)
        #expect(graph.unblocking.count == 1)
        #expect(step.party.id == .session(pid: 1))
        #expect(step.reason == .root)
        #expect(step.remedy == .cancel(pid: 1))
        #expect(step.frees == sessions(2, 3))
        #expect(step.goOnAtOnce == sessions(2))
    }

    @Test func isEveryRootThoseThatFreeMostFirst() {
        let graph = LockGraph(
            [held(8, "b", .exclusive), wanted(9, "b", .exclusive, 1)]
                + [held(1, "a", .exclusive), wanted(2, "a", .exclusive, 3), wanted(3, "a", .exclusive, 2)])
        #expect(graph.unblocking.map(\.party.id) == [.session(pid: 1), .session(pid: 8)])
        #expect(graph.unblocking.map(\.frees) == [sessions(2, 3), sessions(9)])
    }

    @Test func freesWhoWaitsForSeveralWithTheLastOfThem() {
        let graph = LockGraph([
            held(1, "a", .accessShare), held(2, "a", .accessShare), wanted(3, "a", .accessExclusive, 5),
            wanted(4, "a", .accessShare, 4),
        ])
        #expect(graph.unblocking.map(\.frees) == [[], sessions(3, 4)])
        #expect(graph.unblocking.map(\.goOnAtOnce) == [[], sessions(3)])
    }

    @Test func ofARingIsTheOneThatLosesLeast() throws {
        let graph = LockGraph([
            held(1, "x", .exclusive, transaction: 100), wanted(1, "y", .exclusive, 1),
            held(2, "y", .exclusive, transaction: 7), wanted(2, "x", .exclusive, 1),
            wanted(3, "x", .exclusive, 1),
        ])
        let step = try #require(graph.unblocking.first)
        #expect(graph.unblocking.count == 1)
        #expect(step.party.id == .session(pid: 2))
        #expect(step.reason == .ring([.session(pid: 1), .session(pid: 2)]))
        #expect(step.frees == sessions(1, 3))
        #expect(step.goOnAtOnce == sessions(1))
    }

    @Test func isOneForSeveralRingsThatItIsAPartOf() {
        let graph = LockGraph([
            held(1, "x", .share, transaction: 1), wanted(1, "z", .exclusive, 1), held(2, "x", .share, transaction: 9),
            wanted(2, "z", .exclusive, 1), held(3, "z", .exclusive, transaction: 0), wanted(3, "x", .exclusive, 1),
        ])
        #expect(graph.unblocking.map(\.party.id) == [.session(pid: 3)])
    }

    @Test func isNobodyWhereNobodyWaits() { #expect(LockGraph([held(1, "a", .exclusive)]).unblocking.isEmpty) }

    private func sessions(_ pids: Int32...) -> Set<LockParty.ID> { Set(pids.map { .session(pid: $0) }) }
}

import Testing

@testable import PostgreSQL

@Suite("An object that several sessions want")
struct ContentionTests {
    @Test func isHeldHardAndQueuedForSoftly() {
        let table = contention(held: [(1, .accessShare)], wanted: [(2, .accessExclusive, 9), (3, .accessShare, 8)])
        #expect(table.blockers(at: 0) == [Blocker(party: .session(pid: 1), kind: .hard, mode: .accessShare)])
        #expect(table.blockers(at: 1) == [Blocker(party: .session(pid: 2), kind: .soft, mode: .accessExclusive)])
    }

    @Test func isNobodysAffairWhoWantsACompatibleMode() {
        let table = contention(
            held: [(1, .rowExclusive)], wanted: [(2, .share, 9), (3, .shareUpdateExclusive, 8), (4, .share, 7)])
        #expect(table.blockers(at: 0).map(\.party) == [.session(pid: 1)])
        #expect(table.blockers(at: 1).map(\.party) == [.session(pid: 2)])
        #expect(table.blockers(at: 2).map(\.party) == [.session(pid: 1), .session(pid: 3)])
    }

    @Test func letsAHolderIntoTheQueueBeforeThoseWhoWaitForIt() {
        let table = contention(
            held: [(1, .accessShare), (2, .accessShare)],
            wanted: [(3, .accessExclusive, 9), (2, .rowExclusive, 5), (4, .accessShare, 4)])
        #expect(table.queue.map(\.party) == [.session(pid: 2), .session(pid: 3), .session(pid: 4)])
        #expect(table.blockers(at: 0).isEmpty)
    }

    @Test func tellsFromBothEndsWhoWaitsForWhom() {
        let table = contention(
            held: [(1, .rowExclusive), (2, .accessShare)],
            wanted: [(3, .share, 9), (2, .accessExclusive, 8), (4, .rowExclusive, 7), (5, .accessShare, 6)])
        for party in (1...5).map({ LockParty.ID.session(pid: $0) }) {
            let blocked = table.queue.indices.filter { table.blockers(at: $0).map(\.party).contains(party) }
            #expect(table.waiting(for: party) == blocked.map { table.queue[$0].party })
        }
    }

    @Test func namesEachBlockerOnce() {
        let table = contention(held: [(1, .accessShare), (1, .rowExclusive)], wanted: [(2, .accessExclusive, 1)])
        #expect(table.blockers(at: 0).count == 1)
    }

    @Test func doesNotBlockItsHolderItself() {
        let table = contention(held: [(1, .accessShare), (2, .share)], wanted: [(1, .accessExclusive, 1)])
        #expect(table.blockers(at: 0).map(\.party) == [.session(pid: 2)])
    }

    @Test func isServedFromTheHeadOfTheQueue() {
        let table = contention(
            held: [(1, .rowExclusive), (9, .accessShare)],
            wanted: [(2, .share, 9), (3, .accessExclusive, 8), (4, .share, 7), (5, .accessShare, 6)])
        #expect(table.without([.session(pid: 1)]).served == [.session(pid: 2)])
        #expect(table.without([.session(pid: 9)]).served == [])
    }

    @Test func keepsTheOneWhoHasJustComeLast() {
        let table = contention(held: [(1, .exclusive)], wanted: [(2, .exclusive, nil), (3, .exclusive, 0.5)])
        #expect(table.queue.map(\.party) == [.session(pid: 3), .session(pid: 2)])
    }
}

func contention(held: [(Int32, LockMode)], wanted: [(Int32, LockMode, Double?)]) -> Contention {
    Contention(
        object: .relation("debates"), held: held.map { .init(party: .session(pid: $0.0), mode: $0.1) },
        requests: wanted.map { .init(party: .session(pid: $0.0), mode: $0.1, waited: $0.2) })
}

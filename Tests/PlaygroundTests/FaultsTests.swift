import Foundation
import Testing

@testable import Playground

/// One playground for all faults, since each leaves it as it was.
@Suite("Faults", .serialized)
struct FaultsTests {
    static let playground = Playground()

    @Test(arguments: Fault.allCases.filter { !$0.isOverAtOnce })
    func areSeenWhenBroughtAndGoneWhenMended(fault: Fault) async throws {
        let playground = Self.playground
        let symptom = try await Symptom(of: fault, in: playground)
        #expect(try await symptom.isThere() == false)
        try await playground.bring(fault)
        #expect(playground.faults == [fault])
        await #expect(throws: PlaygroundError.self) { try await playground.bring(fault) }
        #expect(try await symptom.isThere())
        try await playground.mend(fault)
        #expect(playground.faults.isEmpty)
        #expect(try await symptom.isThere() == false)
    }

    @Test func aDeadlockHappensEachTimeItIsBrought() async throws {
        let servers = try await Self.playground.postgresql()
        try await Self.playground.bring(.deadlock)
        try await Self.playground.bring(.deadlock)
        try await Self.playground.mend(.deadlock)
        let counted = try await onThread {
            let session = try servers.session(on: servers.primary, as: servers.monitor)
            return try session.run("SELECT deadlocks >= 2 FROM pg_stat_database WHERE datname = 'app'")
        }
        #expect(counted == [["t"]])
    }

    @Test func eachAlertOfTheRunbookHasOne() {
        #expect(Set(Fault.allCases.map(\.alert)).count == 17)
    }

    @Test func whatIsNotThereCannotBeMended() async throws {
        await #expect(throws: PlaygroundError.self) { try await Self.playground.mend(.cpu) }
    }
}

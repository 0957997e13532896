import Diagnostics
import Glibc
import Testing

@testable import Network

@Suite("Waiting for descriptors")
struct ReactorTests {
    let reactor = Reactor.shared

    @Test func endsWhenTheDescriptorIsReady() async throws {
        let pair = LoopbackPair()
        #expect(
            try await reactor.wait(for: pair.near, .writable, until: .after(.seconds(5)), step: "write") == .writable)
        pair.sendFromFar()
        #expect(
            try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(5)), step: "read") == .readable)
    }

    @Test func endsAtItsDeadline() async {
        let pair = LoopbackPair()
        await #expect(throws: ProbeError.timedOut("read")) {
            try await reactor.wait(for: pair.near, .readable, until: .after(.milliseconds(30)), step: "read")
        }
    }

    @Test func aDeadlineThatHasPassedStillEndsTheWait() async {
        let pair = LoopbackPair()
        await #expect(throws: ProbeError.timedOut("read")) {
            try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(-1)), step: "read")
        }
    }

    @Test func theOtherSideGoingAwayMakesItReady() async throws {
        let pair = LoopbackPair()
        shutdown(pair.far, CInt(SHUT_RDWR))
        let ready = try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(5)), step: "read")
        #expect(ready.contains(.readable))
    }

    @Test func aDescriptorThatCannotBeWaitedForIsAnErrorOfThisMachine() async {
        await #expect(throws: ProbeError(errno: EBADF, step: "read")) {
            try await reactor.wait(for: 1 << 20, .readable, until: .after(.seconds(5)), step: "read")
        }
    }

    @Test func cancellingTheTaskEndsTheWaitAndFreesTheDescriptor() async throws {
        let pair = LoopbackPair()
        let task = Task {
            try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(60)), step: "read")
        }
        try await reactor.sleep(until: .after(.milliseconds(20)))
        task.cancel()
        await #expect(throws: ProbeError.cancelled("read")) { try await task.value }
        pair.sendFromFar()
        try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(5)), step: "read again")
    }

    @Test func cancellingBeforeTheWaitBeginsEndsItToo() async {
        let pair = LoopbackPair()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(60)), step: "read")
        }
        await #expect(throws: ProbeError.cancelled("read")) { try await task.value }
    }

    /// The kernel hands out a closed number again at once: an event or deadline of the old wait must not end the new.
    @Test func aReusedDescriptorNumberIsANewWait() async throws {
        for _ in 0..<200 {
            let first = LoopbackPair()
            _ = try? await reactor.wait(for: first.near, .readable, until: .after(.milliseconds(0)), step: "old")
        }
        let pair = LoopbackPair()
        pair.sendFromFar()
        try await reactor.wait(for: pair.near, .readable, until: .after(.seconds(5)), step: "new")
    }

    @Test func manySilentDescriptorsCostOneDeadlineTogether() async {
        let pairs = (0..<200).map { _ in LoopbackPair() }
        let start = ContinuousClock.now
        let timedOut = await withTaskGroup(of: Bool.self) { group in
            for pair in pairs {
                group.addTask {
                    do {
                        try await reactor.wait(
                            for: pair.near, .readable, until: .after(.milliseconds(200)), step: "read")
                        return false
                    } catch {
                        return error as? ProbeError == .timedOut("read")
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(timedOut == 200)
        // One after another on two threads would take 20 seconds.
        #expect(start.duration(to: .now) < .seconds(10))
    }

    @Test func manyExchangesAtOnceLoseNoWakeUp() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let pair = LoopbackPair()
                    for _ in 0..<100 {
                        async let reader: Reactor.Interest = reactor.wait(
                            for: pair.near, .readable, until: .after(.seconds(20)), step: "read")
                        pair.sendFromFar()
                        _ = try await reader
                        var byte: UInt8 = 0
                        read(pair.near, &byte, 1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

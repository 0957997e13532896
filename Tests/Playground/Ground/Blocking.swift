import Foundation
import Glibc

/// Runs `work`, which may block, on a thread of its own: Swift's cooperative pool is for those who don't.
public func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        detach("blocking") { continuation.resume(with: Result(catching: work)) }
    }
}

/// Starts a thread that ends with `work`.
func detach(_ name: String, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread(block: work)
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
}

func pause(_ duration: Duration) {
    let parts = duration.components
    usleep(UInt32(parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000))
}

/// Asks `condition` again and again until it holds. What it throws counts as "not yet", and is told in the end.
func waitUntil(
    _ what: String, within limit: Duration = .seconds(20), every interval: Duration = .milliseconds(20),
    _ condition: () throws -> Bool
) throws {
    let end = ContinuousClock.now + limit
    var last: (any Error)?
    while ContinuousClock.now < end {
        do {
            if try condition() { return }
        } catch let error as PlaygroundError where error.isFinal {
            throw error
        } catch {
            last = error
        }
        pause(interval)
    }
    throw PlaygroundError("waited \(limit) in vain: \(what)" + (last.map { " (\($0))" } ?? ""))
}

import Diagnostics
import Synchronization

/// The file lost bytes while it was read: everything has to be looked at again.
struct Truncated: Error {}

/// Tells the reading thread that nobody waits for it any more.
protocol Interruption: Sendable {
    /// - Throws: `Interrupted` when it is time to stop.
    func check() throws
}

struct Interrupted: Error {}

/// Ends a reading at its deadline, or when its task was cancelled.
final class Halt: Interruption {
    private let deadline: Deadline
    private let isSet = Atomic(false)

    init(at deadline: Deadline) { self.deadline = deadline }

    func set() { isSet.store(true, ordering: .relaxed) }

    func check() throws {
        if deadline.hasPassed || isSet.load(ordering: .relaxed) { throw Interrupted() }
    }
}

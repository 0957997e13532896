import Diagnostics
import Synchronization

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

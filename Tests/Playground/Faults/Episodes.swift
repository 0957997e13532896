import Synchronization

/// Undoes a fault; may block.
typealias Mending = @Sendable () throws -> Void

/// Which faults are there at the moment, and how each is undone.
final class Episodes: Sendable {
    private enum Stage {
        case changing
        case brought(Mending)
    }

    private let stages = Mutex<[Fault: Stage]>([:])

    var brought: [Fault] {
        stages.withLock { stages in Fault.allCases.filter { stages[$0] != nil } }
    }

    /// - Throws: when the fault is there already.
    func begin(_ fault: Fault) throws {
        let isNew = stages.withLock { stages in
            guard stages[fault] == nil else { return false }
            stages[fault] = .changing
            return true
        }
        guard isNew else { throw PlaygroundError("\(fault.rawValue) is there already") }
    }

    func hold(_ fault: Fault, _ mending: Mending?) {
        stages.withLock { $0[fault] = mending.map { .brought($0) } }
    }

    /// - Throws: when the fault is not there, or is just being brought about or mended.
    func release(_ fault: Fault) throws -> Mending {
        try stages.withLock { stages in
            guard case .brought(let mending) = stages[fault] else {
                throw PlaygroundError("\(fault.rawValue) is not there to be mended")
            }
            stages[fault] = .changing
            return mending
        }
    }
}

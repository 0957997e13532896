import Synchronization

/// What several walks at once have in common: how many keys they may touch together, how far they are, and whether somebody
/// wants them to end.
final class RemedyMeter: Sendable {
    private struct State {
        var left: Int64?
        var parts: [Int: KeyRemedyRun.Progress] = [:]
        var isStopped = false
    }

    private let state: Mutex<State>
    private let tell: @Sendable (KeyRemedyRun.Progress) -> Void

    /// - Parameter most: keys that may be touched; nil for no bound.
    init(most: Int64?, _ tell: @escaping @Sendable (KeyRemedyRun.Progress) -> Void) {
        state = Mutex(State(left: most))
        self.tell = tell
    }

    /// - Returns: how many of them may be touched.
    func take(_ wanted: Int) -> Int {
        state.withLock { state in
            guard let left = state.left else { return wanted }
            let granted = min(left, Int64(wanted))
            state.left = left - granted
            return Int(granted)
        }
    }

    func note(_ tally: KeyTally, of index: Int) {
        let sum = state.withLock { state in
            state.parts[index] = KeyRemedyRun.Progress(matched: tally.matched, done: tally.done)
            return state.parts.values.reduce(KeyRemedyRun.Progress(matched: 0, done: 0)) {
                KeyRemedyRun.Progress(matched: $0.matched + $1.matched, done: $0.done + $1.done)
            }
        }
        tell(sum)
    }

    func stop() { state.withLock { $0.isStopped = true } }

    var isStopped: Bool { state.withLock { $0.isStopped } }
}

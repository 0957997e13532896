import Diagnostics
import Network
import Report
import Sweep
import Synchronization

/// Says on standard error, when it is a terminal and a sweep takes longer than a second, what is still waited for.
final class ProgressLine: Sendable {
    private struct State {
        var waiting: [Target] = []
        var ended = 0
    }

    private let state = Mutex(State())

    /// Runs `work` and shows its progress; the line is gone when it returns.
    static func during<Value: Sendable>(
        _ work: @escaping @Sendable (@escaping @Sendable (Observing.Progress) -> Void) async -> Value
    ) async -> Value {
        guard StatusLine.isPossible else { return await work { _ in } }
        let line = ProgressLine()
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work { line.note($0) } }
            group.addTask {
                await line.show()
                return nil
            }
            var value: Value?
            while value == nil, let next = await group.next() { value = next ?? value }
            group.cancelAll()
            // The child that works always gives a value, and the other ends only after it.
            guard let value else { preconditionFailure("the work ended without a value") }
            return value
        }
    }

    private func note(_ progress: Observing.Progress) {
        state.withLock { state in
            switch progress {
            case .began(let target): state.waiting.append(target)
            case .ended(let target):
                state.waiting.removeAll { $0 == target }
                state.ended += 1
            }
        }
    }

    private func show() async {
        guard await pause(.seconds(1)) else { return }
        repeat { StatusLine.show(text) } while await pause(.milliseconds(250))
        StatusLine.clear()
    }

    /// False when the work is done.
    private func pause(_ length: Duration) async -> Bool {
        do {
            try await Reactor.shared.sleep(until: .after(length))
            return true
        } catch {
            return false
        }
    }

    private var text: String {
        state.withLock { state in
            let names = state.waiting.prefix(4).map(\.name).joined(separator: ", ")
            let more = state.waiting.count > 4 ? " and \(state.waiting.count - 4) more" : ""
            return state.waiting.isEmpty
                ? "judging…" : "\(state.ended) answered, waiting for \(terminalSafe(names))\(more)"
        }
    }
}

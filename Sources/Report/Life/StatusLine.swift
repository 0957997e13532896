import Diagnostics
import Runbook

extension StatusReport {
    /// One short line for a prompt or a status bar: `CRITICAL P1 RedisMemoryFull cache 12 min, 2 more, 1 pending`. What
    /// somebody has acknowledged is in parentheses.
    public var line: String {
        let word = StatusWord(exitStatus).text
        let parts = [headline, more, pending].compactMap(\.self)
        let said = parts.isEmpty ? report : parts.joined(separator: ", ")
        return (status.isStale && !parts.isEmpty ? "\(word) \(said), STALE: \(sweepAge)" : "\(word) \(said)") + "\n"
    }

    private var report: String { status.isStale ? "STALE: \(sweepAge)" : sweepAge }

    /// What nobody has acknowledged comes first.
    private var ordered: [LifeStatus.Entry] {
        status.firing.filter { $0.acknowledgement == nil } + status.firing.filter { $0.acknowledgement != nil }
    }

    private var headline: String? {
        ordered.first.map { entry in
            let length = LifeWords.length(status.now.seconds(since: entry.state.began ?? entry.state.since))
            let words = terminalSafe("\(entry.severity) \(entry.key.alert) \(entry.key.target.name) \(length)")
            return entry.acknowledgement.map { "(\(words), \(terminalSafe($0.by)))" } ?? words
        }
    }

    private var more: String? { ordered.count > 1 ? "\(ordered.count - 1) more" : nil }

    private var pending: String? { status.pending.isEmpty ? nil : "\(status.pending.count) pending" }
}

import Diagnostics
import Runbook

/// What `diag ack` and `diag unack` say: a line for each alert and target that they concern.
public struct AcknowledgementText: Sendable {
    private let entries: [LifeStatus.Entry]
    private let word: Acknowledgement
    private let what: AlertEvent.What
    private let now: Timestamp

    public init(_ entries: [LifeStatus.Entry], _ word: Acknowledgement, _ what: AlertEvent.What, now: Timestamp) {
        self.entries = entries
        self.word = word
        self.what = what
        self.now = now
    }

    public func rendered() -> String {
        entries.map { entry in
            let next =
                entry.escalation?.next.map { "; next: \($0.action) at \(LifeWords.clock($0.time, on: now))" } ?? ""
            let place = "\(entry.severity) \(entry.key.alert) \(entry.key.target.name)"
            let until = word.until.map { " until \(LifeWords.clock($0, on: now))" } ?? " until it resolves"
            return terminalSafe(
                what == .acknowledged
                    ? "\(place): acknowledged by \(word.by)\(until)\(next)"
                    : "\(place): not acknowledged any more\(next)")
                + "\n"
        }.joined()
    }

    /// Why there was nothing to do at these targets, or at all.
    public func nothing(of alert: String, at targets: [String], in chronicle: Chronicle) -> String {
        let live = chronicle.states.filter { $0.key.alert == alert && $0.value.isLive }
        let places = unique(live.keys.map(\.target.name).sorted()).joined(separator: ", ")
        let place = targets.isEmpty ? "" : " at \(targets.joined(separator: ", "))"
        let not = what == .acknowledged ? "does not fire" : "is not acknowledged"
        let instead = live.isEmpty ? "" : "; it fires or is pending at \(places)"
        return terminalSafe("\(alert) \(not)\(place)\(instead)")
    }
}

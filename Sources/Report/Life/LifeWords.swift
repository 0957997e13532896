import Diagnostics
import Runbook

/// How people are told where and when something is in the life of an alert.
struct LifeWords {
    let addresses: [TargetID: String]

    /// `cache (10.0.0.6:6379)`, with what at the target it is where the summary does not say.
    func place(_ key: AlertState.Key) -> String {
        let name = key.target.name
        let address = addresses[key.target].flatMap { $0 == name ? nil : " (\($0))" } ?? ""
        return terminalSafe(name + address)
    }

    /// `12 min`, and nothing of it that is less than a second.
    static func length(_ seconds: Double) -> String { Units.seconds(max(0, seconds).rounded()) }

    /// `in 12 min`, `12 min ago`, `now`.
    static func relative(_ time: Timestamp, to now: Timestamp) -> String {
        let seconds = time.seconds(since: now)
        if abs(seconds) < 1 { return "now" }
        return seconds > 0 ? "in \(length(seconds))" : "\(length(-seconds)) ago"
    }

    /// `19:40:12Z`, with its date where that is another day.
    static func clock(_ time: Timestamp, on now: Timestamp) -> String {
        time.day == now.day ? time.clock : "\(time.date) \(time.clock)"
    }

    /// `by ana 8 min ago: looking at the sessions (until 21:40:00Z)`.
    static func acknowledgement(_ given: Acknowledgement, now: Timestamp) -> String {
        let note = given.note.isEmpty ? "" : ": \(given.note)"
        let until = given.until.map { " (until \(clock($0, on: now)))" } ?? ""
        return terminalSafe("by \(given.by) \(relative(given.time, to: now))\(note)\(until)")
    }
}

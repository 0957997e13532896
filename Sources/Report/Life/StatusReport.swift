import Diagnostics
import Runbook

/// What `diag status` has to tell; the renderers turn it into bytes.
public struct StatusReport: Sendable {
    /// Of the JSON document. 1: first version.
    public static let schemaVersion = 1

    /// The version of `diag`.
    public let version: String
    public let status: LifeStatus
    public let notes: [String]

    public init(version: String, status: LifeStatus, notes: [String] = []) {
        self.version = version
        self.status = status
        self.notes = notes
    }

    public var exitStatus: ExitStatus { status.exitStatus }

    var words: LifeWords {
        LifeWords(
            addresses: Dictionary(status.targets.map { ($0.id, $0.address) }, uniquingKeysWith: { first, _ in first }))
    }

    /// `last sweep 40 s ago`, or that there was none.
    var sweepAge: String {
        guard let age = status.rhythm.age(at: status.now) else { return "no sweep is known" }
        return "last sweep \(LifeWords.length(age)) ago"
    }

    /// Why what is shown may not be so any more; nil when it is fresh.
    var staleness: String? {
        guard status.isStale else { return nil }
        guard let interval = status.rhythm.interval, status.rhythm.last != nil else {
            return "nobody keeps watch: \(sweepAge); run diag sweep, or diag schedule for one every minute"
        }
        return
            "nobody keeps watch: \(sweepAge), where sweeps come every \(LifeWords.length(interval)); is the timer alive?"
    }
}

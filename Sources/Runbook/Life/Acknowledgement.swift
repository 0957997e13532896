import Diagnostics

/// Somebody's word that an alert is being seen to. It ends with the alert: what fires anew wants a new one.
public struct Acknowledgement: Sendable, Hashable, Codable {
    public let by: String
    public let note: String
    public let time: Timestamp
    /// When it ends by itself; nil: with the alert.
    public let until: Timestamp?

    public init(by: String, note: String, time: Timestamp, until: Timestamp? = nil) {
        self.by = by
        self.note = note
        self.time = time
        self.until = until
    }

    func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
}

import Diagnostics

/// Somebody wants to hear nothing of an alert for a while, and said so in Alertmanager.
public struct Silence: Sendable, Hashable {
    public let id: String
    /// As whoever made it called themselves.
    public let by: String
    public let until: Timestamp?
    public let comment: String

    public init(id: String, by: String, until: Timestamp?, comment: String) {
        self.id = id
        self.by = by
        self.until = until
        self.comment = comment
    }

    /// `silenced by ops until 2026-01-31T23:59:59Z: the disk is being replaced`.
    public var sentence: String {
        "silenced by \(by)" + (until.map { " until \($0)" } ?? "") + (comment.isEmpty ? "" : ": \(comment)")
    }
}

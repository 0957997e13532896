/// One thing that a remedy does, or would do, to a session or the like, with what it was before and is after.
///
/// Text in it may come from a server: it is data, and each renderer escapes it for where it goes.
public struct Deed: Sendable, Hashable {
    /// What has come of it; the raw values are JSON's.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It would be done, had it been asked for and not only to be shown.
        case planned
        /// Done, and seen to have worked.
        case done
        /// Asked of the server, which took it; what was to end is still there.
        case unconfirmed
        /// There is nothing to do it to: it has ended by itself.
        case absent
        /// Matched what was asked for, and yet is better left alone.
        case spared
        /// Named, and not touched.
        case refused
        /// The server refused, or was lost on the way.
        case failed
        /// A person has to do it.
        case manual

        /// Whether something that was asked for remains, or would remain, undone.
        public var leavesWork: Bool {
            switch self {
            case .planned, .done, .absent, .spared: false
            case .unconfirmed, .refused, .failed, .manual: true
            }
        }
    }

    /// A named value of the subject.
    public struct Fact: Sendable, Hashable {
        /// In the server's own spelling: `usename`.
        public let name: String
        public let value: Cell

        public init(_ name: String, _ value: Cell) {
            self.name = name
            self.value = value
        }
    }

    /// `cancel`, `terminate`.
    public let act: String
    /// What it is done to, as a command takes it: `4711@1763912345.123456`.
    public let subject: String
    /// The same for people: `4711 app@orders "worker"`.
    public let name: String
    public let outcome: Outcome
    /// Why it is not done, or what has become of it.
    public let reason: String?
    /// What one should know before doing it.
    public let warnings: [String]
    /// What it is like, in sentences for people.
    public let details: [String]
    /// The same before it was done, for programs.
    public let before: [Fact]
    /// Nil when nothing was done; empty when the subject is gone.
    public let after: [Fact]?
    /// What to type, or to run, for this one.
    public let command: String?

    public init(
        act: String, subject: String, name: String, outcome: Outcome, reason: String? = nil, warnings: [String] = [],
        details: [String] = [], before: [Fact] = [], after: [Fact]? = nil, command: String? = nil
    ) {
        self.act = act
        self.subject = subject
        self.name = name
        self.outcome = outcome
        self.reason = reason
        self.warnings = warnings
        self.details = details
        self.before = before
        self.after = after
        self.command = command
    }
}

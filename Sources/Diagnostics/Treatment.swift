/// What a remedy did to one target, or would do: the only thing of `diag` that changes a server, and only when a person
/// says so.
public struct Treatment: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable {
        /// Nothing was done.
        case shown
        case done
    }

    public let target: Target
    /// As the command is called: `kill-idle`.
    public let remedy: String
    public let mode: Mode
    public let started: Timestamp
    public let duration: Duration
    public let content: Content

    /// What came of it.
    public struct Content: Sendable, Hashable {
        /// Which server it was, in words: `PostgreSQL 15.13, primary`.
        public var server: String?
        /// Whom the server took us for.
        public var role: String?
        public var deeds: [Deed] = []
        /// What concerns all of it, or says why there is nothing to do.
        public var notes: [String] = []
        /// What to type to have it done; nil when there is nothing to do.
        public var command: String?
        /// Why the server could not be asked at all.
        public var failure: ProbeError?

        public init() {}
    }

    public init(
        target: Target, remedy: String, mode: Mode, started: Timestamp, duration: Duration, content: Content
    ) {
        self.target = target
        self.remedy = remedy
        self.mode = mode
        self.started = started
        self.duration = duration
        self.content = content
    }

    /// Runs `treat` and makes a treatment of what it gathered, with when it began and how long it took.
    public static func measuring(
        _ target: Target, _ remedy: String, _ mode: Mode, _ treat: (inout Content) async -> Void
    ) async -> Treatment {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        var content = Content()
        await treat(&content)
        return Treatment(
            target: target, remedy: remedy, mode: mode, started: started, duration: clock.duration(to: .now),
            content: content)
    }
}

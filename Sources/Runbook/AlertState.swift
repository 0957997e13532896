import Diagnostics

/// Where one alert at one target is in its life: inactive → pending → firing → resolved.
///
/// A pure state machine: the history keeps it from one sweep to the next, and nothing here looks at a clock.
public struct AlertState: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable {
        case inactive, pending, firing, resolved
    }

    /// What a state belongs to.
    public struct Key: Sendable, Hashable, Codable {
        public let alert: String
        public let target: TargetID
        public let source: String
        public let labels: Labels

        public init(alert: String, target: TargetID, source: String, labels: Labels) {
            self.alert = alert
            self.target = target
            self.source = source
            self.labels = labels
        }
    }

    /// What was found when the condition last held, to be shown for as long as the alert is kept firing.
    public struct Held: Sendable, Hashable, Codable {
        public internal(set) var time: Timestamp
        public let summary: String
        public let value: Double?
        public let threshold: Double?
        /// What the evidence of then says that the cause is, in a sentence; nil where it does not say.
        public let cause: String?
        /// The evidence of then in plain lines.
        public let evidence: [String]

        public init(
            time: Timestamp, summary: String, value: Double?, threshold: Double? = nil, cause: String? = nil,
            evidence: [String] = []
        ) {
            self.time = time
            self.summary = summary
            self.value = value
            self.threshold = threshold
            self.cause = cause
            self.evidence = evidence
        }
    }

    public internal(set) var phase: Phase
    /// Since when it has been in this phase.
    public internal(set) var since: Timestamp
    /// Since when the condition has held; nil while it does not.
    public internal(set) var began: Timestamp?
    public internal(set) var held: Held?
    /// When it last resolved.
    public internal(set) var resolved: Timestamp?
    /// How often it fired again within `flapWindow` of resolving.
    public internal(set) var flaps: Int
    /// What this life of it brought so far.
    public internal(set) var life: Life

    public init(
        phase: Phase, since: Timestamp, began: Timestamp? = nil, held: Held? = nil, resolved: Timestamp? = nil,
        flaps: Int = 0, life: Life = Life()
    ) {
        self.phase = phase
        self.since = since
        self.began = began
        self.held = held
        self.resolved = resolved
        self.flaps = flaps
        self.life = life
    }

    /// An alert that fires again within an hour of resolving flaps.
    static let flapWindow = 3600.0
    /// For how long a resolved alert is still told of, as Prometheus does (`resolvedRetention` in rules/alerting.go).
    static let resolvedRetention = 900.0
}

/// What one probe saw of its target in one sweep. A probe that failed still returns one: the failure is what it saw.
public struct Observation: Sendable {
    public let target: Target
    /// When looking began, by the wall clock.
    public let started: Timestamp
    /// How long it took until the last answer or the deadline.
    public let duration: Duration
    public let samples: [Sample]
    public let evidence: [Evidence]
    /// Metrics that could not be measured, each with its reason.
    public let gaps: [Gap]
    /// What went wrong on the way without ending it: a question that was refused while others were answered.
    public let problems: [ProbeError]
    /// Why the target could not be looked at at all; nil when it answered.
    public let failure: ProbeError?

    public init(
        target: Target, started: Timestamp, duration: Duration, samples: [Sample] = [], evidence: [Evidence] = [],
        gaps: [Gap] = [], problems: [ProbeError] = [], failure: ProbeError? = nil
    ) {
        self.target = target
        self.started = started
        self.duration = duration
        self.samples = samples
        self.evidence = evidence
        self.gaps = gaps
        self.problems = problems
        self.failure = failure
    }
}

extension Observation {
    /// When looking had ended: by then everything was read.
    public var ended: Timestamp { started + duration.seconds }

    /// What a probe gathers while it looks; `Observation.measuring` adds the target and the times.
    public struct Content: Sendable {
        public var samples: [Sample] = []
        public var evidence: [Evidence] = []
        public var gaps: [Gap] = []
        public var problems: [ProbeError] = []
        public var failure: ProbeError?

        public init() {}

        public mutating func add(
            _ metric: Metric, _ value: Double, labels: Labels = [:], identity: String? = nil,
            countedSince: Timestamp? = nil
        ) {
            samples.append(Sample(metric, value, labels: labels, identity: identity, countedSince: countedSince))
        }
    }

    /// Runs `look` and makes an observation of what it gathered, with when it began and how long it took.
    public static func measuring(
        _ target: Target, _ look: (inout Content) async -> Void
    ) async -> Observation {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        var content = Content()
        await look(&content)
        return Observation(
            target: target, started: started, duration: clock.duration(to: .now),
            samples: content.samples.withoutSpareRoom,
            evidence: content.evidence.withoutSpareRoom, gaps: content.gaps, problems: content.problems,
            failure: content.failure)
    }
}

extension Array {
    /// Growing doubles the room; of thousands of observations that stay until all are printed, half is too much.
    fileprivate var withoutSpareRoom: [Element] { capacity > count + count / 4 ? map(\.self) : self }
}

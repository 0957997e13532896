import Diagnostics

extension AlertState {
    /// What one life of an alert brought, from when its condition began to hold until it is told to have resolved.
    public struct Life: Sendable, Hashable, Codable {
        /// What was found when the condition began to hold.
        public internal(set) var onset: Held?
        /// What was found when it was farthest beyond its threshold.
        public internal(set) var worst: Held?
        /// False while a firing alert is only kept firing.
        public internal(set) var isHolding: Bool
        /// How often the condition held again while the alert was kept firing: flaps that paged nobody.
        public internal(set) var dips: Int
        /// The value that ended it, in a sentence; nil while it lives.
        public internal(set) var relief: String?
        public internal(set) var acknowledgement: Acknowledgement?
        /// As the alert had it when it was last judged.
        public internal(set) var severity: Severity?

        public init(
            onset: Held? = nil, worst: Held? = nil, isHolding: Bool = false, dips: Int = 0, relief: String? = nil,
            acknowledgement: Acknowledgement? = nil, severity: Severity? = nil
        ) {
            self.onset = onset
            self.worst = worst
            self.isHolding = isHolding
            self.dips = dips
            self.relief = relief
            self.acknowledgement = acknowledgement
            self.severity = severity
        }

        init(beginningWith held: Held) {
            self.init(onset: held.shortened, worst: held.shortened, isHolding: true)
        }

        /// The condition holds once more.
        mutating func take(_ held: Held, _ timing: Timing) {
            if !isHolding, onset != nil { dips += 1 }
            isHolding = true
            onset = onset ?? held.shortened
            worst = timing.worse(worst, held).shortened
        }

        mutating func end(_ relief: String) {
            isHolding = false
            self.relief = relief
            acknowledgement = nil
        }
    }

    /// Acknowledged by somebody from now on; an earlier word is replaced.
    public func acknowledged(_ acknowledgement: Acknowledgement?) -> AlertState {
        var state = self
        state.life.acknowledgement = acknowledgement
        return state
    }

    /// Whether there is anything to acknowledge.
    public var isLive: Bool { phase == .pending || phase == .firing }
}

extension AlertState.Held {
    /// Lines of evidence that are kept of the beginning and of the worst.
    private static let lines = 8

    fileprivate var shortened: AlertState.Held {
        guard evidence.count > Self.lines else { return self }
        return AlertState.Held(
            time: time, summary: summary, value: value, threshold: threshold, cause: cause,
            evidence: Array(evidence.prefix(Self.lines)))
    }
}

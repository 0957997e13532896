import Diagnostics

/// What one alert, at one target and by one source, was judged by: of several file systems or databases the worst.
public struct JudgedValue: Sendable, Hashable {
    public struct Key: Sendable, Hashable {
        public let alert: String
        public let target: TargetID
        public let source: String

        public init(alert: String, target: TargetID, source: String) {
            self.alert = alert
            self.target = target
            self.source = source
        }

        /// nil for a finding that is of no target.
        public init?(_ finding: Finding) {
            guard let target = finding.target else { return nil }
            self.init(alert: finding.alert, target: TargetID(target), source: finding.source)
        }
    }

    public let key: Key
    public let value: Double

    public init(key: Key, value: Double) {
        self.key = key
        self.value = value
    }

    /// Those that have a number, each once, in the order of the findings; no plain yes or no.
    public static func all(in findings: [Finding]) -> [JudgedValue] {
        let measured = findings.filter { finding in
            if case .state = finding.unit { return false }
            return finding.value?.isFinite == true
        }
        var order: [Key] = []
        var groups: [Key: [Finding]] = [:]
        for finding in measured {
            guard let key = Key(finding) else { continue }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(finding)
        }
        return order.compactMap { key in
            (groups[key] ?? []).worstValue.map { JudgedValue(key: key, value: $0) }
        }
    }
}

/// What was judged in earlier sweeps, the oldest first.
public struct JudgedSeries: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public let time: Timestamp
        public let value: Double

        public init(time: Timestamp, value: Double) {
            self.time = time
            self.value = value
        }
    }

    public let key: JudgedValue.Key
    public let points: [Point]

    public init(key: JudgedValue.Key, points: [Point]) {
        self.key = key
        self.points = points
    }
}

extension [Finding] {
    /// The value that is the furthest on the wrong side, or nearest to it; of findings of one alert and source.
    public var worstValue: Double? {
        let values = compactMap(\.value).filter { !$0.isNaN }
        return first?.comparison == .above ? values.max() : values.min()
    }
}

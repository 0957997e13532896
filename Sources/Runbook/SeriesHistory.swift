import Diagnostics

/// A target's name in history and state: what outlives one sweep.
public struct TargetID: Sendable, Hashable, Codable, Comparable {
    public let kind: Target.Kind
    public let name: String

    public init(kind: Target.Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    public init(_ target: Target) { self.init(kind: target.kind, name: target.name) }

    public static func < (left: TargetID, right: TargetID) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }
}

/// What an earlier sweep read of one series.
public struct Reading: Sendable, Hashable {
    /// When the observation had ended that it belongs to.
    public let time: Timestamp
    public let value: Double
    /// As in `Sample`.
    public let countedSince: Timestamp?

    public init(time: Timestamp, value: Double, countedSince: Timestamp? = nil) {
        self.time = time
        self.value = value
        self.countedSince = countedSince
    }
}

/// The readings of earlier sweeps that conditions look back at (`Judgement.lookback` says at which), by target and
/// metric. The sweep that is being judged is not in it.
public struct SeriesHistory: Sendable {
    /// One series of a metric at a target: another identity is another series, even with the same labels.
    public struct Key: Sendable, Hashable {
        public let labels: Labels
        public let identity: String?
    }

    private var readings: [TargetID: [String: [Key: [Reading]]]] = [:]

    public init() {}

    /// Adds readings of one series, whatever the order.
    public mutating func add(
        _ new: [Reading], of metric: String, labels: Labels, identity: String? = nil, at target: TargetID
    ) {
        readings[target, default: [:]][metric, default: [:]][Key(labels: labels, identity: identity), default: []] +=
            new
    }

    /// Adds a reading, whatever the order.
    public mutating func add(
        _ reading: Reading, of metric: String, labels: Labels, identity: String? = nil, at target: TargetID
    ) {
        add([reading], of: metric, labels: labels, identity: identity, at: target)
    }

    /// Adds all that one earlier observation measured.
    public mutating func add(_ observation: Observation) {
        for sample in observation.samples {
            let reading = Reading(
                time: observation.ended, value: sample.value, countedSince: sample.countedSince)
            add(
                reading, of: sample.metric.name, labels: sample.labels, identity: sample.identity,
                at: TargetID(observation.target))
        }
    }

    /// Forgets what no condition looks back at any more; the newest two of each series stay, as a slow rhythm needs them.
    public mutating func forget(beyond lookback: [String: Duration], now: Timestamp) {
        readings = readings.mapValues { metrics in
            metrics.reduce(into: [:]) { kept, metric in
                guard let length = lookback[metric.key] else { return }
                let oldest = now - length.seconds
                kept[metric.key] = metric.value.mapValues { series in
                    let sorted = series.sorted { $0.time < $1.time }
                    return sorted.dropLast(2).filter { $0.time >= oldest } + sorted.suffix(2)
                }
            }
        }
    }

    /// The earlier readings of a metric at a target, the newest last.
    ///
    /// Those that seem to lie in the future are left out: the clock has been set back since, and what it said then
    /// cannot be compared.
    func series(of metric: String, at target: TargetID, before now: Timestamp) -> [Key: [Reading]] {
        (readings[target]?[metric] ?? [:])
            .mapValues { $0.filter { $0.time < now }.sorted { $0.time < $1.time } }
            .filter { !$0.value.isEmpty }
    }
}

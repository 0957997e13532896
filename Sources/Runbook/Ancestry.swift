import Diagnostics

/// The earlier readings of all series of one metric at one target, and when each of them can have begun.
///
/// A series that was not there when the metric was read before has been born since, at zero: the first 500 of an
/// application is an error, not a baseline. (Prometheus learns that from created timestamps; see its feature
/// `created-timestamp-zero-ingestion`.)
struct Ancestry {
    /// What series must have in common for the one to tell about the birth of the other. A series of other label
    /// names belongs to another version of the application.
    private struct Kin: Hashable {
        let identity: String?
        let labelNames: [String]

        init(_ labels: Labels, _ identity: String?) {
            self.identity = identity
            labelNames = labels.map(\.name)
        }
    }

    private let readings: [SeriesHistory.Key: [Reading]]
    /// When kin were read.
    private var times: [Kin: Set<Timestamp>] = [:]
    /// When it was read, whatever the labels, that nothing had been counted: the first event may bring labels with it.
    private var zeroTimes: [String?: Set<Timestamp>] = [:]

    init(_ readings: [SeriesHistory.Key: [Reading]]) {
        self.readings = readings
        for (key, values) in readings {
            times[Kin(key.labels, key.identity), default: []].formUnion(values.lazy.map(\.time))
            guard values.allSatisfy({ $0.value == 0 }) else { continue }
            zeroTimes[key.identity, default: []].formUnion(values.lazy.map(\.time))
        }
    }

    /// The earlier readings of a sample's series, with a zero before them where its birth was seen.
    func readings(of sample: Sample, before now: Timestamp) -> [Reading] {
        let own = readings[.init(labels: sample.labels, identity: sample.identity)] ?? []
        guard let unborn = lastReading(before: own.first?.time ?? now, sample) else { return own }
        return [Reading(time: unborn, value: 0)] + own
    }

    /// When the metric was last read without the series.
    private func lastReading(before birth: Timestamp, _ sample: Sample) -> Timestamp? {
        let known = [times[Kin(sample.labels, sample.identity)], zeroTimes[sample.identity]]
        return known.compactMap(\.self).joined().filter { $0 < birth }.max()
    }
}

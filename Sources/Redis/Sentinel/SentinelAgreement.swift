import Diagnostics

/// Whether several Sentinels name the same master. Pure: it compares what their probes have seen.
///
/// Only Sentinels that belong together are compared, since several installations may each watch a master of the same
/// name. Two belong together when one knows the other, both know a third, or both mean the same master. They mean the
/// same master when the run id is the same (one may tell a hostname and another an address), or the address is (a
/// Sentinel that has not reached the master since it restarted knows an old run id, or none).
public struct SentinelAgreement: Sendable, Hashable {
    /// What one Sentinel takes for one master.
    public struct View: Sendable, Hashable {
        /// The Sentinel's target name.
        public let sentinel: String
        /// Its own id, and those of the others it knows for this master.
        public let ownID: String?
        public let peerIDs: Set<String>
        public let master: String
        public let address: String
        public let runID: String?
        public let configEpoch: Int64?

        public init(
            sentinel: String, ownID: String? = nil, peerIDs: Set<String> = [], master: String, address: String,
            runID: String?, configEpoch: Int64?
        ) {
            self.sentinel = sentinel
            self.ownID = ownID
            self.peerIDs = peerIDs
            self.master = master
            self.address = address
            self.runID = runID
            self.configEpoch = configEpoch
        }
    }

    /// A server that at least one Sentinel takes for the master.
    public struct Candidate: Sendable, Hashable {
        /// As the first of its Sentinels tells it.
        public let address: String
        public let runID: String?
        /// The highest that any of them knows: the newest is right once a failover has ended.
        public let configEpoch: Int64?
        public let sentinels: [String]
    }

    /// One master of one group of Sentinels that belong together.
    public struct Master: Sendable, Hashable {
        public let name: String
        /// The newest epoch first, then the most Sentinels.
        public let candidates: [Candidate]
        public var isAgreed: Bool { candidates.count == 1 }
    }

    /// By name.
    public let masters: [Master]

    public var disagreements: [Master] { masters.filter { !$0.isAgreed } }

    public init(_ views: [View]) {
        let byName = Dictionary(grouping: views) { $0.master }
        masters = byName.sorted { $0.key < $1.key }.flatMap { name, views in
            Self.groups(of: views) { $0.belongsTogether(with: $1) }
                .map { Master(name: name, candidates: Self.candidates($0)) }
        }
    }

    /// From what probes of Sentinels saw in one sweep; other observations are passed over.
    public init(observations: [Observation]) { self.init(observations.flatMap(View.all(in:))) }

    private static func candidates(_ views: [View]) -> [Candidate] {
        groups(of: views) { $0.meansTheSame(as: $1) }.map { group in
            Candidate(
                address: group[0].address, runID: group.lazy.compactMap(\.runID).first,
                configEpoch: group.compactMap(\.configEpoch).max(), sentinels: group.map(\.sentinel))
        }.sorted { ($0.configEpoch ?? -1, $0.sentinels.count) > ($1.configEpoch ?? -1, $1.sentinels.count) }
    }

    /// Splits into groups such that whoever is related to somebody is in the same group. Costs by the square of the
    /// number of Sentinels of one name, which is a handful.
    private static func groups(of views: [View], related: (View, View) -> Bool) -> [[View]] {
        var groups: [[View]] = []
        for view in views {
            let (near, far) = groups.reduce(into: ([[View]](), [[View]]())) { split, group in
                if group.contains(where: { related($0, view) }) { split.0.append(group) } else { split.1.append(group) }
            }
            groups = far + [near.flatMap { $0 } + [view]]
        }
        return groups
    }
}

extension SentinelAgreement.View {
    func belongsTogether(with other: Self) -> Bool {
        if let ownID, other.peerIDs.contains(ownID) { return true }
        if let otherID = other.ownID, peerIDs.contains(otherID) { return true }
        if !peerIDs.isDisjoint(with: other.peerIDs) { return true }
        return meansTheSame(as: other)
    }

    func meansTheSame(as other: Self) -> Bool {
        if let runID, runID == other.runID { return true }
        return address == other.address
    }

    static func all(in observation: Observation) -> [Self] {
        guard observation.target.kind == .sentinel else { return [] }
        let samples = observation.samples
        let ownID = samples.first { $0.metric == SentinelMetrics.info }?.labels["run_id"]
        return samples.filter { $0.metric == SentinelMetrics.masterInfo }.compactMap { sample in
            guard let master = sample.labels["master"], let address = sample.labels["address"] else { return nil }
            let peers = samples.filter { $0.metric == SentinelMetrics.peer && $0.labels["master"] == master }
            return Self(
                sentinel: observation.target.name, ownID: ownID,
                peerIDs: Set(peers.compactMap { $0.labels["run_id"].flatMap { $0.isEmpty ? nil : $0 } }),
                master: master, address: address, runID: sample.labels["run_id"].flatMap { $0.isEmpty ? nil : $0 },
                configEpoch: sample.labels["config_epoch"].flatMap { Int64($0) })
        }
    }
}

extension SentinelAgreement {
    /// What the observation of one Sentinel gets from holding it against the others: whether they agree about each of
    /// its masters, and who says what where they don't. Nothing about a master that no other Sentinel was asked about.
    public func completed(_ observation: Observation) -> Observation {
        let shared = masters.filter { $0.isKnown(to: observation.target.name) && $0.sentinels.count > 1 }
        let samples = shared.map { Sample(SentinelMetrics.agreement, $0.isAgreed ? 1 : 0, labels: ["master": $0.name]) }
        let facts = shared.filter { !$0.isAgreed }.map { master in
            Evidence.fact("sentinel.agreement", "Who is the master of \(master.name)", master.words)
        }
        return Observation(
            target: observation.target, started: observation.started, duration: observation.duration,
            samples: observation.samples + samples,
            evidence: facts + observation.evidence + (facts.isEmpty ? [] : [evidence].compactMap(\.self)),
            gaps: observation.gaps, problems: observation.problems, failure: observation.failure)
    }

    /// Who takes whom for the master, where they don't agree; nil where all do.
    public var evidence: Evidence? {
        guard !disagreements.isEmpty else { return nil }
        let rows = disagreements.flatMap { master in
            master.candidates.map { candidate -> [Cell] in
                [
                    .text(master.name), .text(candidate.address), .init(integer: candidate.configEpoch),
                    .text(candidate.sentinels.joined(separator: ", ")),
                ]
            }
        }
        return .table(
            "sentinel.disagreement", "Sentinels that don't agree on the master",
            columns: ["master", "address", "epoch", "sentinels"], rows: rows)
    }
}

extension SentinelAgreement.Master {
    fileprivate var sentinels: [String] { candidates.flatMap(\.sentinels) }

    fileprivate func isKnown(to sentinel: String) -> Bool { sentinels.contains(sentinel) }

    /// `10.0.0.5:6379 for s1, s2; 10.0.0.6:6379 for s3`.
    fileprivate var words: String {
        candidates.map { "\($0.address) for \($0.sentinels.joined(separator: ", "))" }.joined(separator: "; ")
    }
}

import Diagnostics

/// Looks at all Sentinels that belong together, found from any of them, and at the servers that they watch: `diag redis
/// sentinel`. A sweep asks each configured Sentinel by `SentinelProbe`.
///
/// Evidence for each master: `sentinel.judgement.<master>`, `sentinel.sayings.<master>`, `sentinel.servers.<master>`; and
/// `sentinel.silent` where none of the Sentinels answers.
public struct SentinelSurveyProbe: Probe {
    public let target: Target
    private let named: [SentinelSurvey.Named]
    private let access: SentinelAccess

    /// - Parameters:
    ///   - sentinels: those that are asked first, under the names that people know them by.
    ///   - access: how to get into the servers.
    public init(
        target: Target, sentinels: [(name: String, settings: RedisSettings)], access: SentinelAccess = SentinelAccess()
    ) {
        self.target = target
        named = sentinels.map { SentinelSurvey.Named(name: $0.name, settings: $0.settings) }
        self.access = access
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            let survey = await SentinelSurvey.find(from: named, access, until: deadline)
            content.failure = survey.failure
            content.report(survey)
        }
    }
}

extension SentinelSurvey {
    /// Nil when any of them has answered.
    fileprivate var failure: ProbeError? {
        guard sentinels.allSatisfy({ $0.answered == nil }), case .failure(let error)? = sentinels.first?.reading else {
            return nil
        }
        return error
    }
}

extension Observation.Content {
    fileprivate mutating func report(_ survey: SentinelSurvey) {
        for sentinel in survey.sentinels { sample(sentinel) }
        let masters = MasterSurvey.all(in: survey)
        for master in masters { report(master, survey.sentinels) }
        if failure != nil {
            gaps.append(Gap(SentinelMetrics.masterInfo, "no Sentinel answers"))
        } else if masters.isEmpty {
            evidence.append(.fact("sentinel.silent", "Masters", "these Sentinels watch no master"))
        }
    }

    /// What was refused to us; why one does not answer stands with the masters that it watches.
    private mutating func sample(_ sentinel: SentinelSurvey.Sentinel) {
        guard let reading = sentinel.answered else { return }
        // A password that is meant for the servers does a Sentinel without one no harm.
        problems += reading.problems.filter { RedisError($0.message).reason != .noPasswordConfigured }.map {
            ProbeError($0.kind, step: "\(sentinel.name): \($0.step)", message: $0.message, advice: $0.advice)
        }
    }

    private mutating func report(_ master: MasterSurvey, _ sentinels: [SentinelSurvey.Sentinel]) {
        let labels: Labels = ["master": master.name]
        if let newest = master.newest { sampleIdentity(of: newest.watched.master) }
        let quorums = master.sayings.compactMap(\.watched.quorum)
        add(SentinelMetrics.agreement, master.isAgreed, labels: labels)
        if !quorums.isEmpty { add(SentinelMetrics.quorumReachable, quorums.allSatisfy(\.isReachable), labels: labels) }
        if !master.isAgreed {
            evidence.append(.fact("sentinel.agreement", "Who is the master of \(master.name)", master.sidesInWords))
        }
        let remarks = MasterRemarks(master: master, sentinels: sentinels)
        evidence.append(.remarks("sentinel.judgement.\(master.name)", "Judgement of \(master.name)", remarks.all))
        evidence += SentinelTables(master: master, sentinels: sentinels).all
    }
}

extension MasterSurvey {
    /// `10.0.0.5:6379 for s1, s2; 10.0.0.6:6379 for s3`.
    fileprivate var sidesInWords: String {
        candidates.map { "\($0.address) for \($0.sentinels.joined(separator: ", "))" }.joined(separator: "; ")
    }
}

import Diagnostics

/// Where an alert has several sources, one that speaks stands in for one that is not there.
enum Sources {
    /// The findings, those unknown turned into `notApplicable` that only lack a source of which another one exists: the log's
    /// count of failed logins instead of the application's, calls refused instead of calls left.
    ///
    /// A target that cannot be reached stays unknown, and so does one that is alone in not telling what its like tell.
    static func settled(_ judged: [Case.Judged]) -> [Finding] {
        let findings = judged.map { one in
            guard one.cause == .notServed, let other = judged.first(where: { $0.standsIn(for: one) }) else {
                return one.finding
            }
            return one.finding.dismissed(for: other.finding)
        }
        return merged(findings)
    }

    /// What a target tells nothing of is said once, whatever the number of sources: one finding with all the reasons.
    private static func merged(_ findings: [Finding]) -> [Finding] {
        let silent = Dictionary(grouping: findings.filter(\.isSilent)) { $0.target }
        return findings.filter { !$0.isSilent } + silent.values.map { $0[0].joined(with: $0.dropFirst()) }
    }
}

extension Case.Judged {
    fileprivate func standsIn(for other: Case.Judged) -> Bool {
        finding.verdict != .unknown && finding.source != other.finding.source
            && (kind != other.kind || finding.target == other.finding.target)
    }
}

extension Finding {
    fileprivate var isSilent: Bool { verdict == .unknown && labels.isEmpty }

    fileprivate func joined(with others: ArraySlice<Finding>) -> Finding {
        guard !others.isEmpty else { return self }
        var reasons = [summary]
        for other in others where !reasons.contains(other.summary) { reasons.append(other.summary) }
        var joined = unknown(reasons.joined(separator: "; "))
        // What another sweep will tell is worth waiting for.
        if others.contains(where: { $0.cause == .needsHistory }) { joined.cause = .needsHistory }
        return joined
    }
}

import Diagnostics
import PostgreSQL
import Redis

/// What only shows when targets of one sweep are held against each other.
enum Correlation {
    /// The observations with what the others say about them.
    static func completed(_ observations: [Observation]) -> [Observation] {
        comparingSentinels(ReplicationCrossCheck.refined(observations))
    }

    private static func comparingSentinels(_ observations: [Observation]) -> [Observation] {
        let sentinels = observations.filter { $0.target.kind == .sentinel }
        guard sentinels.count > 1, let views = SentinelAgreement(observations: sentinels).evidence else {
            return observations
        }
        return observations.map { $0.target.kind == .sentinel ? $0.adding(views) : $0 }
    }
}

extension Observation {
    fileprivate func adding(_ piece: Evidence) -> Observation {
        Observation(
            target: target, started: started, duration: duration, samples: samples, evidence: evidence + [piece],
            gaps: gaps, problems: problems, failure: failure)
    }
}

import Diagnostics
import PostgreSQL
import Redis

/// What only shows when targets of one sweep are held against each other.
enum Correlation {
    /// The observations with what the others say about them.
    static func completed(_ observations: [Observation]) -> [Observation] {
        let servers = ReplicationEnds(observations).completed(ReplicationCrossCheck.refined(observations))
        return comparingSentinels(servers)
    }

    private static func comparingSentinels(_ observations: [Observation]) -> [Observation] {
        let sentinels = observations.filter { $0.target.kind == .sentinel }
        guard sentinels.count > 1 else { return observations }
        let agreement = SentinelAgreement(observations: sentinels)
        return observations.map { $0.target.kind == .sentinel ? agreement.completed($0) : $0 }
    }
}

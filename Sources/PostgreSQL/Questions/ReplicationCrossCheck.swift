import Diagnostics

/// Compares both ends of a replication that one sweep saw, matched by the cluster's system identifier.
///
/// A standby without a receiver cannot tell an idle primary from a cut link: it knows only when it last replayed. The
/// primary's position, read in the same sweep, tells. The two readings are not of the same moment: what was written
/// between them looks like lag in bytes, never in seconds.
public enum ReplicationCrossCheck {
    /// The same observations; those of standbys whose primary was seen too have their lag in bytes measured against the
    /// primary, their lag in seconds set to zero where they have replayed all that it had, and a sentence on it.
    public static func refined(_ observations: [Observation]) -> [Observation] {
        let primaries = observations.compactMap { observation in
            Position(observation, "primary", "current").map { ($0.cluster, (target: observation.target, $0.bytes)) }
        }
        let byCluster = Dictionary(primaries, uniquingKeysWith: { $0.1 > $1.1 ? $0 : $1 })
        return observations.map { observation in
            guard let replayed = Position(observation, "standby", "replayed"),
                let primary = byCluster[replayed.cluster]
            else { return observation }
            return observation.refined(behind: max(0, primary.1 - replayed.bytes), of: primary.target)
        }
    }

    private struct Position {
        let cluster: String
        let bytes: Double

        init?(_ observation: Observation, _ role: String, _ position: String) {
            let sample = observation.samples.first { sample in
                sample.metric == PostgreSQLMetrics.walPosition && sample.labels["role"] == role
                    && sample.labels["position"] == position
            }
            guard let sample, let cluster = sample.identity else { return nil }
            self.cluster = cluster
            bytes = sample.value
        }
    }
}

extension Observation {
    fileprivate func refined(behind bytes: Double, of primary: Target) -> Observation {
        let sentence =
            bytes == 0
            ? "it has replayed all that \(primary.name) had written when it was asked"
            : "\(Units.bytes(Int64(bytes))) behind what \(primary.name) had written when it was asked"
        return Observation(
            target: target, started: started, duration: duration,
            samples: samples.map { $0.refined(behind: bytes) },
            evidence: evidence + [.fact("postgresql.replication.ends", "Both ends compared", sentence)], gaps: gaps,
            problems: problems, failure: failure)
    }
}

extension Sample {
    fileprivate func refined(behind bytes: Double) -> Sample {
        guard labels["role"] == "standby" else { return self }
        switch metric {
        case PostgreSQLMetrics.replicationLagBytes: return with(bytes)
        case PostgreSQLMetrics.replicationLag where bytes == 0: return with(0)
        default: return self
        }
    }

    private func with(_ value: Double) -> Sample {
        Sample(metric, value, labels: labels, identity: identity, countedSince: countedSince)
    }
}

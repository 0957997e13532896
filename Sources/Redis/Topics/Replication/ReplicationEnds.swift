import Diagnostics

/// Both ends of replication where both were looked at: a replica that says it is in step need not be, and a master knows
/// of its replicas only what they last reported.
///
/// Servers belong together when they are in the same stream of writes (`master_replid`), whatever addresses they have for
/// each other.
public struct ReplicationEnds {
    private let masters: [String: End]
    private let replicas: [(stream: String, end: End)]

    private struct End {
        let name: String
        let offset: Int64
    }

    public init(_ observations: [Observation]) {
        let ends = observations.filter { $0.target.kind == .redis }.flatMap { observation in
            observation.samples.filter { $0.metric == RedisMetrics.replicationOffset }.compactMap { sample in
                sample.identity.map { stream in
                    (
                        stream, sample.labels["role"],
                        End(name: observation.target.name, offset: Int64(sample.value))
                    )
                }
            }
        }
        masters = Dictionary(
            ends.filter { $0.1 == "master" }.map { ($0.0, $0.2) }, uniquingKeysWith: { first, _ in first })
        replicas = ends.filter { $0.1 == "replica" }.map { ($0.0, $0.2) }
    }

    /// The observations, each replica's with how far it is from its master.
    public func completed(_ observations: [Observation]) -> [Observation] {
        guard !replicas.isEmpty, !masters.isEmpty else { return observations }
        return observations.map { observation in
            let own = replicas.filter { $0.end.name == observation.target.name && observation.target.kind == .redis }
            guard let replica = own.first, let master = masters[replica.stream] else { return observation }
            return observation.adding([comparison(replica.end, master)])
        }
    }

    /// Never negative: what was read later is further.
    private func comparison(_ replica: End, _ master: End) -> Evidence {
        let behind = max(0, master.offset - replica.offset)
        return .table(
            "redis.replication.ends", "Both ends, as each tells of itself",
            columns: ["master", "offset", "replica", "replica_offset", "behind"],
            rows: [
                [
                    .text(master.name), .integer(master.offset), .text(replica.name), .integer(replica.offset),
                    .bytes(behind),
                ]
            ])
    }
}

extension Observation {
    fileprivate func adding(_ more: [Evidence]) -> Observation {
        Observation(
            target: target, started: started, duration: duration, samples: samples, evidence: evidence + more,
            gaps: gaps,
            problems: problems, failure: failure)
    }
}

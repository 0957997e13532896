import Diagnostics

/// One master as all Sentinels that belong together see it, with what the servers say themselves.
struct MasterSurvey: Sendable {
    /// What one Sentinel says of it.
    struct Saying: Sendable {
        let sentinel: SentinelSurvey.Sentinel
        let watched: SentinelReading.Watched

        /// Where it sends clients.
        var address: String { watched.clientAddress ?? watched.master.address }
    }

    let name: String
    /// In the order in which the Sentinels were asked.
    let sayings: [Saying]
    /// The newest epoch first, then that with the most Sentinels; one where all agree.
    let candidates: [SentinelAgreement.Candidate]
    let nodes: [String: NodeReading]
    let strangers: [NodeReading]

    /// By the newest configuration that any of the Sentinels has.
    var address: String { candidates.first?.address ?? "?" }
    var isAgreed: Bool { candidates.count <= 1 }
    var node: NodeReading? { nodes[address] }

    /// Of the Sentinel whose configuration is the newest.
    var newest: Saying? {
        sayings.filter { $0.watched.master.address == address }.max {
            ($0.watched.master.configEpoch ?? 0) < ($1.watched.master.configEpoch ?? 0)
        }
    }

    /// Replicas that any of the Sentinels knows, by address; as the one says who reaches it, if one does.
    var replicas: [SentinelReplica] {
        let all = sayings.flatMap { $0.watched.replicas ?? [] }.filter { $0.address != address }
        return Dictionary(grouping: all, by: \.address).values
            .compactMap { $0.first(where: \.isUp) ?? $0.first }
            .sorted { $0.address < $1.address }
    }

    /// Those who watch the master itself: who leads a failover sends clients to the new one, and still watches the old one.
    private var watchers: [Saying] { sayings.filter { $0.watched.master.address == address } }

    /// Those who reach the master. One who has only just heard of it is neither among these nor among the doubters.
    var witnesses: [Saying] { watchers.filter { $0.watched.master.isUp } }

    /// Those who take the master for down.
    var doubters: [Saying] { watchers.filter { !$0.watched.master.flags.isDisjoint(with: ["s_down", "o_down"]) } }
}

extension MasterSurvey {
    /// All masters of a survey, by name; a name that unrelated Sentinels use is there once for each of them.
    static func all(in survey: SentinelSurvey) -> [MasterSurvey] {
        let views = survey.sentinels.flatMap { sentinel in
            (sentinel.answered?.watched ?? []).map { watched in
                SentinelAgreement.View(
                    sentinel: sentinel.name, ownID: sentinel.answered?.ownID,
                    peerIDs: Set((watched.peers ?? []).compactMap(\.runID)), master: watched.master.name,
                    address: watched.master.address, runID: watched.master.runID,
                    configEpoch: watched.master.configEpoch)
            }
        }
        return SentinelAgreement(views).masters.map { master in
            let names = Set(master.candidates.flatMap(\.sentinels))
            let sayings = survey.sentinels.filter { names.contains($0.name) }.compactMap { sentinel in
                sentinel.answered?.watched.first { $0.master.name == master.name }.map {
                    Saying(sentinel: sentinel, watched: $0)
                }
            }
            return MasterSurvey(
                name: master.name, sayings: sayings, candidates: master.candidates, nodes: survey.nodes,
                strangers: survey.strangers)
        }
    }
}

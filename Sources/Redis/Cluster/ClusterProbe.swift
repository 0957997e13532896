import Diagnostics
import Network

/// Asks every node of a cluster how it sees the cluster, all at once, and holds the views against each other: for
/// `diag redis cluster`. A sweep asks the node that is its target, see `RedisProbe.Question.cluster`.
public struct ClusterProbe: Probe {
    public let target: Target
    private let settings: RedisSettings

    public init(target: Target, settings: RedisSettings) {
        self.target = target
        self.settings = settings
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let deployment = try await Deployment.find(settings, until: deadline)
                guard deployment.isCluster else { throw .noCluster(deployment) }
                // So that those who answer are shown, however long others keep silent.
                let within = deadline.within(deadline.remaining * 0.8)
                let survey = await ClusterSurvey.take(deployment, of: deployment.allNodes, until: within)
                survey.write(to: &content)
                content.problems += survey.views.compactMap(\.failure)
            } catch {
                content.failure = error
                content.gaps += ClusterMetrics.all.map { Gap($0, error.message) }
            }
        }
    }
}

extension ProbeError {
    fileprivate static func noCluster(_ deployment: Deployment) -> ProbeError {
        ProbeError(
            .misconfigured, step: "CLUSTER NODES",
            message: "this server is not part of a cluster (\(deployment.kind.rawValue))",
            advice: "its replicas: diag redis replication; its Sentinels: diag redis sentinel")
    }
}

import Diagnostics
import Redis

extension ConfiguredTarget {
    /// Which servers of a Redis deployment a command looks at.
    public enum Nodes: String, Sendable, CaseIterable {
        /// All of them: masters and replicas.
        case all
        case masters
        /// Only the one that is named; behind a Sentinel its master.
        case this
    }

    /// The servers of the deployment that this target names, each as a target of its own: those that are configured under
    /// their names there, the others by their addresses. Itself, where it is none of Redis, or what it belongs to cannot be
    /// found out: asked itself, it says why.
    ///
    /// - Parameter nodes: nil: all of a cluster and of what a Sentinel watches, else only this one.
    public func nodes(
        _ nodes: Nodes?, among configured: [ConfiguredTarget], until deadline: Deadline
    ) async -> [ConfiguredTarget] {
        guard case .redis(let settings) = settings, nodes != .this || settings.sentinelMaster != nil,
            let deployment = try? await Deployment.find(settings, until: deadline)
        else { return [self] }
        return deployment.chosen(nodes).map { node in
            target(of: node, in: deployment, settings, among: configured)
        }
    }

    private func target(
        of node: Deployment.Node, in deployment: Deployment, _ own: RedisSettings, among configured: [ConfiguredTarget]
    ) -> ConfiguredTarget {
        if own.sentinelMaster == nil, node.endpoint == own.endpoint { return self }
        let known = configured.first { other in
            guard case .redis(let settings) = other.settings, settings.sentinelMaster == nil else { return false }
            return settings.endpoint == node.endpoint
        }
        return known
            ?? ConfiguredTarget(
                labels: target.labels, settings: .redis(deployment.settings(for: node)), timeout: timeout)
    }
}

extension Deployment {
    fileprivate func chosen(_ nodes: ConfiguredTarget.Nodes?) -> [Node] {
        switch nodes {
        case .all?: self.nodes
        case .masters?: masters
        case .this?: [named]
        case nil: kind == .cluster || kind == .sentinel ? self.nodes : [named]
        }
    }
}

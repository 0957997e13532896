import Diagnostics
import Network

/// A cluster as each of its nodes sees it, asked all at once; what only shows when their views are held against each other.
struct ClusterSurvey: Sendable {
    /// One node's view, or why there is none.
    struct View: Sendable {
        let node: Deployment.Node
        var nodes: [ClusterNode] = []
        var state: ClusterState?
        var info: RedisInfo?
        var connectTime: Duration?
        var failure: ProbeError?

        var myself: ClusterNode? { nodes.first(where: \.isMyself) }
    }

    let views: [View]

    /// A node that does not answer costs the others nothing.
    static func take(_ deployment: Deployment, of nodes: [Deployment.Node], until deadline: Deadline) async
        -> ClusterSurvey
    {
        let views = await withTaskGroup(of: (Int, View).self) { group in
            for (index, node) in nodes.enumerated() {
                group.addTask { (index, await view(of: node, deployment.settings(for: node), until: deadline)) }
            }
            return await group.reduce(into: [Int: View]()) { $0[$1.0] = $1.1 }
        }
        return ClusterSurvey(views: nodes.indices.compactMap { views[$0] })
    }

    private static func view(
        of node: Deployment.Node, _ settings: RedisSettings, until deadline: Deadline
    ) async -> View {
        var view = View(node: node)
        do throws(ProbeError) {
            var settings = settings
            // READONLY changes nothing about these, and is one refusal more where it is not permitted.
            settings.readsReplica = false
            var connection = try await RedisConnection.connect(settings, until: deadline)
            view.connectTime = connection.connectTime
            let questions = [
                RedisCommand("CLUSTER", "NODES"), RedisCommand("CLUSTER", "INFO"), RedisCommand("INFO", "replication"),
            ]
            let session = await RedisSession.open(&connection, settings, asking: questions, until: deadline)
            view.nodes = ClusterNode.all(in: try session.text(0))
            view.state = session.replies[1]?.text.map(ClusterState.init)
            view.info = session.replies[2]?.text.map(RedisInfo.init)
        } catch {
            view.failure = error
        }
        return view
    }

    /// Slots that a node is just taking in.
    func importing(at node: Deployment.Node) -> Set<Int> {
        Set(views.first { $0.node == node }?.myself?.importing.map(\.slot) ?? [])
    }

    /// Whether slots of a node are on their way, in either direction.
    func hasOpenSlots(_ node: Deployment.Node?) -> Bool {
        guard let myself = views.first(where: { $0.node == node })?.myself else { return false }
        return !myself.importing.isEmpty || !myself.migrating.isEmpty
    }
}

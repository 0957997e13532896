import ArgumentParser
import Diagnostics
import Sweep

extension ConfiguredTarget.Nodes: ExpressibleByArgument {}

/// Which servers of a deployment a command looks at.
struct RedisNodes: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "all, masters or this: which servers of a cluster, or of a master and its replicas.",
            discussion: "By default all of a cluster and of what a Sentinel watches, else the one that is named.",
            valueName: "which"))
    var nodes: ConfiguredTarget.Nodes?

    /// - Parameter usual: what is looked at where nothing is said; nil: see `ConfiguredTarget.nodes`.
    func or(_ usual: ConfiguredTarget.Nodes?) -> Expansion { Expansion(nodes: nodes ?? usual) }

    /// From the targets that are named to the servers that are looked at.
    struct Expansion {
        let nodes: ConfiguredTarget.Nodes?

        /// The servers of each target, each once.
        func expanded(
            _ targets: [ConfiguredTarget], among configured: [ConfiguredTarget], within bound: Duration
        ) async -> [ConfiguredTarget] {
            var all: [ConfiguredTarget] = []
            for target in targets {
                let found = await target.nodes(nodes, among: configured, until: .after(target.timeout ?? bound))
                all += found.filter { node in !all.contains { $0.target.address == node.target.address } }
            }
            return all
        }
    }
}

import ArgumentParser
import Diagnostics
import Redis
import Sweep

/// A `diag redis` command that asks each server some questions and prints what they answer.
protocol RedisAsking: AsyncParsableCommand {
    var asked: RedisAsked { get }
    /// Which servers of a deployment it looks at where nothing is said; nil: see `ConfiguredTarget.nodes`.
    var usualNodes: ConfiguredTarget.Nodes? { get }
    /// Nil for a target that is no Redis server.
    func probe(_ target: ConfiguredTarget) throws -> (any Probe)?
}

extension RedisAsking {
    var usualNodes: ConfiguredTarget.Nodes? { nil }

    func run() async throws {
        try await asked.options.inspect(
            .redis, asked.targets, watching: asked.watch, through: asked.way, at: asked.nodes.or(usualNodes)
        ) {
            try probe($0)
        }
    }
}

/// Whom a `diag redis` command asks, and how it shows the answer.
struct RedisAsked: ParsableArguments {
    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions
    @OptionGroup var nodes: RedisNodes
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var targets: [String] = []
}

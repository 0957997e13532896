import ArgumentParser
import Diagnostics
import Redis
import Sweep

struct RedisClusterCommand: RedisAsking {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "A cluster by all of its nodes: slots covered, who fails, who disagrees, slots on their way.",
        discussion: """
            Any node of the cluster will do as TARGET; the others are asked at the addresses that it announces.

            EXAMPLES
              diag redis cluster redis://10.0.0.5:6379
              diag redis cluster cache --watch 2
            """)

    @OptionGroup var asked: RedisAsked

    func probe(_ target: ConfiguredTarget) -> (any Probe)? { target.clusterProbe }
}

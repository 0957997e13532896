import ArgumentParser
import Diagnostics
import Host
import Reachability
import Sweep

struct NetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "net",
        abstract: "The way to a target: its name at each resolver, connections, losses, routers, MTU, interfaces.",
        discussion: """
            Looks the name up as programs do and at each resolver by itself, connects to each address again and again, sends \
            packets that live for one hop, two hops and so on, and finds the largest packet that passes. Needs no \
            privileges and runs no program. The target sees only connections that are opened and closed.

            EXAMPLES
              diag net                                the ways to all configured targets
              diag net db-primary                     a target of whatever kind, by its name
              diag net postgres.internal:5432 --count 100 --interval 100ms
              diag net https://app.example.org --tcp  the routers, seen by connecting: firewalls let that pass
              diag net cache --watch 30
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Argument(
        help: ArgumentHelp("A target's name, a URI or HOST:PORT.", valueName: "target"), completion: .targets())
    var targets: [String] = []

    @Option(name: .shortAndLong, help: "Connections to each address.")
    var count = 10

    @Option(name: .shortAndLong, help: ArgumentHelp("From one connection to the next: 200ms, 1s.", valueName: "time"))
    var interval = TimeSpan(.milliseconds(200))

    @Flag(name: .long, help: "See the routers by connecting to the port, not by datagrams.")
    var tcp = false

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count must be from 1 to 10000") }
        guard interval.duration >= .milliseconds(10) else { throw ValidationError("--interval must be at least 10ms") }
    }

    func run() async throws {
        let host = HostNetworkProbe(target: Target(kind: .host, name: "this-host", address: "this host"))
        try await options.inspect(
            targets, usually: span + .seconds(12), watching: watch, find: { try $0.ways(to: $1) },
            probe: { target in
                target.wayProbe { settings in
                    (settings.count, settings.interval, settings.tracesByTCP) = (count, interval.duration, tcp)
                }
            }, beside: [host])
    }

    /// How long all connections take together.
    private var span: Duration { interval.duration * count }
}

import ArgumentParser
import Diagnostics
import Redis
import Report
import Sweep

struct RedisSentinelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentinel",
        abstract: "Every master by all Sentinels and by the servers' own word: do they agree, can they fail over.",
        discussion: """
            One Sentinel is enough to name: the others, and the servers that they watch, are found through it. Servers that want a \
            password are asked with REDISCLI_AUTH, or as their own targets in the configuration say.

            --watch follows what the Sentinels publish (+sdown, +switch-master…), a line each; with --format json a line of JSON each, \
            and after each turn of events the whole picture in one more.

            EXAMPLES
              diag redis sentinel
              diag redis sentinel sentinel-1:26379
              diag redis sentinel --watch
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Flag(name: .long, help: "Follow what the Sentinels publish, until ^C.")
    var watch = false

    @Argument(
        help: ArgumentHelp("A Sentinel's name in the configuration, or HOST[:PORT].", valueName: "target"),
        completion: .targets(.sentinel))
    var targets: [String] = []

    func validate() throws {
        if watch, let number = targets.first(where: { Double($0) != nil }) {
            throw ValidationError(
                "--watch takes no interval here ('\(number)'): it shows what the Sentinels publish as it comes")
        }
    }

    func run() async throws {
        try options.checkFormat(isWatched: watch)
        let settings = try options.configuration.load()
        let sentinels = try SentinelTargets(
            named(settings), among: settings.targets, password: Environment.variables["REDISCLI_AUTH"])
        let inspection = options.inspection(
            [Plan.Entry(probe: sentinels.probe, timeout: options.timeout?.duration ?? settings.bounds.timeout)],
            settings)
        guard watch else { return try await options.show(inspection) }
        let following = SentinelFollowing(sentinels.events, inspection, options)
        try await Interruption.cancelling { await Result { try await following.run() } }.get()
    }

    private func named(_ settings: Configuration) throws -> [ConfiguredTarget] {
        let locator = TargetLocator(configured: settings.targets, environment: Environment.variables)
        let found =
            targets.isEmpty
            ? try locator.targets(.sentinel, nil) : try targets.flatMap { try locator.targets(.sentinel, $0) }
        return found.map(way.applied)
    }
}

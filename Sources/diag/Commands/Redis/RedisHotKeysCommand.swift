import ArgumentParser
import Diagnostics
import Redis
import Report
import Sweep

struct RedisHotKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hotkeys",
        abstract: "The keys that are asked for most, and those that nobody asks for any more.",
        discussion: """
            By OBJECT FREQ under an LFU policy, else by OBJECT IDLETIME; nothing is touched by that. Reads with SCAN in bounded steps \
            and at a bounded rate, in all databases. ^C, or --max-time, ends it: what has been seen is printed, and how much that is.

            EXAMPLES
              diag redis hotkeys
              diag redis hotkeys cache --top 50 --max-time 10s
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var nodes: RedisNodes
    @OptionGroup(title: "Way in") var way: RedisOptions
    @OptionGroup var rows: RedisTop

    @Option(name: .long, help: ArgumentHelp("Keys per second at most.", valueName: "number"))
    var rate: Int?

    @Option(name: .long, help: ArgumentHelp("How long it may take.", valueName: "time"))
    var maxTime = TimeSpan(.seconds(60))

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var targets: [String] = []

    func validate() throws {
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1") }
    }

    func run() async throws {
        let usual = HotKeysProbe.Options()
        let line = ProgressThrottle()
        try await options.inspect(.redis, targets, for: maxTime.duration, through: way, at: nodes.or(nil)) { target in
            let look = HotKeysProbe.Options(
                top: rows.top ?? usual.top, keysPerSecond: rate ?? usual.keysPerSecond,
                answerTimeout: options.timeout?.duration ?? target.timeout ?? usual.answerTimeout)
            return target.hotKeysProbe(look) { progress in
                line.show("\(target.target.name): \(progress.keysSeen) of \(progress.keysTotal) keys")
            }
        }
    }
}

/// Progress on standard error, when that is a terminal: nothing in the first second, and then only what can be shown in
/// place.
struct ProgressThrottle: Sendable {
    private let start = ContinuousClock.now

    func show(_ text: String) {
        guard StatusLine.isPossible, start.duration(to: .now) > .seconds(1) else { return }
        StatusLine.show(terminalSafe(text))
    }
}

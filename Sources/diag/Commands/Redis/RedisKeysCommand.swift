import ArgumentParser
import Diagnostics
import Redis
import Report
import Sweep
import Synchronization

struct RedisKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract:
            "The largest keys, and totals by type, prefix and pattern, when they expire, how they are kept: in one pass.",
        discussion: """
            Reads with SCAN in bounded steps, in all databases and on all shards of a cluster at once, from a replica where \
            there is a healthy one. ^C, or --max-time, ends the scan: what has been seen is printed, and how much of the \
            keyspace that is. --timeout bounds a single answer. A whole scan is compared with the one before.

            It takes only processor time that nobody else on the machine wants, as long as there is some.

            Every key is asked its length, and every collection and large string its memory. Of more than a thousand like \
            keys one in sixteen is asked when it expires, and short strings are taken to need the memory that others of \
            the same length were seen to need; --exact asks every key both.

            EXAMPLES
              diag redis keys
              diag redis keys cache --pattern 'debate:*' --pattern 'session:*'
              diag redis keys cache --sample 20000        an estimate with its error, in a second
              diag redis keys cache --exact               counts even the one key of a million that never expires
              diag redis keys redis://cache:6379 --top 25 --rate 50000 --max-step 1ms
            """,
        aliases: ["bigkeys"])

    @OptionGroup var options: TargetOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Count the keys that match, as SCAN's MATCH does; repeatable.", valueName: "glob"))
    var pattern: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many of the largest keys are shown.", valueName: "number"))
    var top = 10

    @Option(
        name: .long,
        help: ArgumentHelp("Look at about so many keys, drawn by chance, and estimate the rest.", valueName: "keys"))
    var sample: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("How long one step may keep a server from its other clients.", valueName: "time"))
    var maxStep = TimeSpan(KeyspaceScan.Options().maxStep)

    @Option(name: .long, help: ArgumentHelp("Keys per second at most, of each node.", valueName: "number"))
    var rate: Int?

    @Option(name: .long, help: ArgumentHelp("How long the whole scan may take.", valueName: "time"))
    var maxTime: TimeSpan?

    @Flag(
        name: .long,
        help: "Ask every key when it expires and how much memory it takes: about a third more work for the server.")
    var exact = false

    @Flag(name: .long, help: "Read masters, not their replicas.")
    var fromMaster = false

    @Option(name: .long, help: ArgumentHelp("Only this database; repeatable.", valueName: "number"))
    var database: [Int] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Elements of a collection that stand for all when its memory is told.", valueName: "number"))
    var memorySamples = KeyspaceScan.Options().samples

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var targets: [String] = []

    func validate() throws {
        if top < 1 { throw ValidationError("--top must be at least 1") }
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1") }
        if let sample, !(1...1_000_000).contains(sample) {
            throw ValidationError("--sample must be from 1 to 1000000")
        }
        if memorySamples < 1 { throw ValidationError("--memory-samples must be at least 1") }
        if database.contains(where: { $0 < 0 }) { throw ValidationError("--database must not be negative") }
    }

    func run() async throws {
        let line = ScanLine()
        let history = try options.configuration.load().history.path(environment: Environment.variables)
        let length = maxTime?.duration ?? .seconds(24 * 3600)
        try await options.inspect(.redis, targets, for: length, through: way) { target in
            let answer = options.timeout?.duration ?? target.timeout
            return target.keyspaceProbe(scan(answer), history: history) { line.show($0, of: target.target) }
        }
    }

    private func scan(_ answerTimeout: Duration?) -> KeyspaceScan.Options {
        var scan = KeyspaceScan.Options()
        (scan.patterns, scan.top, scan.samples) = (pattern, top, memorySamples)
        (scan.maxStep, scan.keysPerSecond) = (maxStep.duration, rate)
        (scan.sample, scan.fromMaster, scan.isExact, scan.givesWay) = (sample, fromMaster, exact, true)
        scan.databases = database.isEmpty ? nil : database
        scan.answerTimeout = answerTimeout ?? scan.answerTimeout
        return scan
    }
}

/// Progress of a scan on standard error, when that is a terminal.
private final class ScanLine: Sendable {
    /// Nothing in the first second.
    private let next = Mutex(ContinuousClock.now + .seconds(1))

    /// A few times a second, and only what a terminal can show in place.
    func show(_ progress: KeyspaceScan.Progress, of target: Target) {
        guard StatusLine.isPossible, isDue else { return }
        let total = progress.keysTotal.map { " of \($0)" } ?? ""
        let left = progress.secondsLeft.map { ", \(Units.seconds($0)) left" } ?? ""
        let text = "\(target.name): \(progress.keysSeen)\(total) keys, \(Int(progress.keysPerSecond)) a second\(left)"
        StatusLine.show(terminalSafe(text))
    }

    private var isDue: Bool {
        next.withLock { next in
            guard next <= .now else { return false }
            next = .now + .milliseconds(200)
            return true
        }
    }
}

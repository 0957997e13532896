import ArgumentParser
import Diagnostics
import Redis
import Report
import Sweep

struct RedisBigKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bigkeys",
        abstract: "The largest keys by memory and by elements, and totals by type, prefix and pattern, in one pass.",
        discussion: """
            Reads with SCAN in bounded steps and at a bounded rate, in all databases. ^C, or --max-time, ends the scan: what \
            has been seen is printed, and how much of the keyspace that is. --timeout bounds a single answer.

            EXAMPLES
              diag redis bigkeys
              diag redis bigkeys cache --pattern 'debate:*' --pattern 'session:*'
              diag redis bigkeys redis://cache:6379 --top 25 --rate 50000
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Count the keys that match, as SCAN's MATCH does; repeatable.", valueName: "glob"))
    var pattern: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many of the largest keys are shown.", valueName: "number"))
    var top = 10

    @Option(name: .long, help: ArgumentHelp("Keys per second at most.", valueName: "number"))
    var rate: Int?

    @Option(name: .long, help: ArgumentHelp("Only this database; repeatable.", valueName: "number"))
    var database: [Int] = []

    @Option(name: .long, help: ArgumentHelp("How long the whole scan may take.", valueName: "time"))
    var maxTime: TimeSpan?

    @Argument(help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"))
    var targets: [String] = []

    func validate() throws {
        if top < 1 { throw ValidationError("--top must be at least 1") }
        if let rate, rate < 1 { throw ValidationError("--rate must be at least 1") }
        if database.contains(where: { $0 < 0 }) { throw ValidationError("--database must not be negative") }
    }

    func run() async throws {
        let line = ScanLine()
        let length = maxTime?.duration ?? .seconds(24 * 3600)
        try await options.inspect(.redis, targets, for: length, through: way) { target in
            let answer = options.timeout?.duration ?? target.timeout
            return target.keyspaceProbe(scan(answer)) { line.show($0, of: target.target) }
        }
    }

    private func scan(_ answerTimeout: Duration?) -> KeyspaceScan.Options {
        let usual = KeyspaceScan.Options()
        return KeyspaceScan.Options(
            patterns: pattern, top: top, keysPerSecond: rate ?? usual.keysPerSecond,
            databases: database.isEmpty ? nil : database, answerTimeout: answerTimeout ?? usual.answerTimeout)
    }
}

/// Progress of a scan on standard error, when that is a terminal.
private struct ScanLine: Sendable {
    private let start = ContinuousClock.now

    /// Nothing in the first second, and then only what a terminal can show in place.
    func show(_ progress: KeyspaceScan.Progress, of target: Target) {
        guard StatusLine.isPossible, start.duration(to: .now) > .seconds(1) else { return }
        let total = progress.keysTotal.map { " of \($0)" } ?? ""
        let left = progress.secondsLeft.map { ", \(Units.seconds($0)) left" } ?? ""
        let text = "\(target.name): \(progress.keysSeen)\(total) keys, \(Int(progress.keysPerSecond)) a second\(left)"
        StatusLine.show(terminalSafe(text))
    }
}

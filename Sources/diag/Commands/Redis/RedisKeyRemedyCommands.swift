import ArgumentParser
import Diagnostics
import Redis
import Sweep

struct RedisPurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete keys by pattern, in small steps, at a bounded rate. Shown first, done with --yes.",
        discussion: """
            Shows how many keys match, about how much memory they take, some of their names, and the command that deletes them: with \
            --at-most, so that it stops if much more is there by then. In a cluster, on each of its masters. Deletes with UNLINK, \
            which frees in the background. ^C or --max-time ends it: what is done is done, and the same command goes on.

            A key that is written or used between being looked at and being deleted, some milliseconds, goes all the same. A pattern \
            that matches every key is refused without --every-key.

            EXAMPLES
              diag redis purge --pattern 'session:*' cache
              diag redis purge --pattern 'session:*' --idle-longer-than 7d cache --yes
              diag redis purge --pattern 'debate:cache:*' --no-ttl-only --rate 2000 --max-time 10m cache --yes

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup var keys: KeyFilterOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Flag(name: .long, help: "Only keys that never expire.")
    var noTtlOnly = false

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var target: String?

    func run() async throws {
        try await remedy.treat(.delete, keys.filter(withoutTTL: noTtlOnly), keys.bounds, at: target, through: way)
    }
}

struct RedisExpireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Give keys a TTL by pattern, spread over some time. Shown first, done with --yes.",
        discussion: """
            Keys that have a TTL keep it, unless --shorten is given and they would live longer. Each key gets a time between --in and \
            --in with --jitter added, by chance, so that not all of them expire at once. All else is as with diag redis purge.

            EXAMPLES
              diag redis expire --pattern 'session:*' --in 24h cache
              diag redis expire --pattern 'debate:cache:*' --in 1h --jitter 30m cache --yes

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup var keys: KeyFilterOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Option(name: .customLong("in"), help: ArgumentHelp("The shortest TTL: 30m, 24h, 7d.", valueName: "time"))
    var after: TimeSpan

    @Option(name: .long, help: ArgumentHelp("Up to so much more; a tenth of --in by default.", valueName: "time"))
    var jitter: TimeSpan?

    @Flag(name: .long, help: "Also keys whose TTL is longer.")
    var shorten = false

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var target: String?

    func run() async throws {
        let deed = KeyDeed.expire(
            after: after.duration, jitter: jitter?.duration ?? after.duration / 10, shortens: shorten)
        try await remedy.treat(deed, keys.filter(withoutTTL: false), keys.bounds, at: target, through: way)
    }
}

extension RemedyOptions {
    /// ^C ends the doing and not the command: what was done is still told.
    fileprivate func treat(
        _ deed: KeyDeed, _ filter: KeyFilter, _ bounds: KeyRemedyRun.Options, at word: String?,
        through way: RedisOptions
    ) async throws {
        let subject = try redis(word, through: way)
        let run = KeyRemedyRun(
            deed, filter, on: subject.target, settings: subject.settings, mode: mode, writing: subject.writing,
            options: bounds)
        let line = ProgressThrottle()
        let (name, isDone) = (subject.target.name, mode == .done)
        let treatment = await Interruption.cancelling {
            await run.treat(within: subject.timeout) { progress in
                line.show("\(name): \(progress.matched) keys match" + (isDone ? ", \(progress.done) done" : ""))
            }
        }
        StatusLine.clear()
        try finish(treatment)
    }
}

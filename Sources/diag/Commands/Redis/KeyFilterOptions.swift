import ArgumentParser
import Diagnostics
import Redis

/// Which keys a remedy is for, and within which bounds it works.
struct KeyFilterOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The keys, as SCAN's MATCH reads it: 'session:*'.", valueName: "glob"))
    var pattern: String

    @Option(
        name: .long,
        help: ArgumentHelp("Only keys that nobody has asked for for longer than this: 30m, 7d.", valueName: "time"))
    var idleLongerThan: TimeSpan?

    @Option(
        name: .long, help: ArgumentHelp("Only this type: string, hash, list, set, zset, stream…", valueName: "type"))
    var type: String?

    @Option(
        name: .long,
        help: ArgumentHelp("This database in place of the one that the target names; repeatable.", valueName: "number"))
    var database: [Int] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keys changed in a second at most, of each master; ten times as many are looked at.", valueName: "number"))
    var rate = 20_000

    @Option(
        name: .long, help: ArgumentHelp("How long it may take; the same command goes on afterwards.", valueName: "time")
    )
    var maxTime: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Stop when more keys than this match: the command that is printed has it.", valueName: "number"))
    var atMost: Int64?

    @Flag(name: .long, help: "Yes, a pattern that matches every key is meant.")
    var everyKey = false

    func validate() throws {
        if pattern.isEmpty { throw ValidationError("--pattern must not be empty") }
        // The name of a module's type has nine characters, always.
        if let type, !Self.types.contains(type), type.utf8.count != 9 {
            throw ValidationError(
                "--type must be \(Self.types.joined(separator: ", ")) or the nine letters of a module's type")
        }
        if rate < 1 { throw ValidationError("--rate must be at least 1") }
        if let atMost, atMost < 1 { throw ValidationError("--at-most must be at least 1") }
        if database.contains(where: { $0 < 0 }) { throw ValidationError("--database must not be negative") }
    }

    private static let types = ["string", "hash", "list", "set", "zset", "stream"]

    func filter(withoutTTL: Bool) -> KeyFilter {
        KeyFilter(pattern: pattern, idleLongerThan: idleLongerThan?.duration, withoutTTL: withoutTTL, type: type)
    }

    var bounds: KeyRemedyRun.Options {
        KeyRemedyRun.Options(
            databases: database.isEmpty ? nil : database, keysPerSecond: rate, atMost: atMost,
            allowsEverything: everyKey,
            maxTime: maxTime?.duration)
    }
}

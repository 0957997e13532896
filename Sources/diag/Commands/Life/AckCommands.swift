import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

struct AckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Say that you see to an alert; status, sweeps and messages then name you.",
        discussion: """
            Kept in the history until the alert resolves: what fires anew wants a new word. It silences nothing: the escalation goes \
            on, as the runbook wants it to, until the alert is resolved.

            EXAMPLES
              diag ack RedisMemoryFull
              diag ack PostgreSQLReplicationLag standby-1 standby-2 --note 'rebuilding both' --for 2h
              diag ack HighErrorRate --as ana --note 'rolling back'
            """)

    @OptionGroup var life: LifeOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("Who; by default SUDO_USER or USER.", valueName: "name"))
    var name: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("What you do about it, for whoever looks next.", valueName: "text"))
    var note = ""

    @Option(name: .customLong("for"), help: ArgumentHelp("Until when your word counts: 30m, 2h.", valueName: "time"))
    var length: TimeSpan?

    @Argument(help: ArgumentHelp("The alert's name.", valueName: "alert"), completion: .list(Catalogue.all.map(\.name)))
    var alert: String

    @Argument(
        help: ArgumentHelp("At which targets; by default at all where it fires or is pending.", valueName: "target"))
    var targets: [String] = []

    func run() async throws {
        let now = Timestamp.now
        let word = Acknowledgement(
            by: name ?? Person.name, note: note, time: now, until: length.map { now + $0.duration.seconds })
        try await life.keep(word, .acknowledged, of: alert, at: targets)
    }
}

struct UnackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unack",
        abstract: "Take back that somebody sees to an alert.",
        discussion: """
            EXAMPLES
              diag unack RedisMemoryFull
              diag unack RedisMemoryFull cache --note 'handed over to the morning shift'
            """)

    @OptionGroup var life: LifeOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("Who; by default SUDO_USER or USER.", valueName: "name"))
    var name: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Why.", valueName: "text"))
    var note = ""

    @Argument(help: ArgumentHelp("The alert's name.", valueName: "alert"), completion: .list(Catalogue.all.map(\.name)))
    var alert: String

    @Argument(help: ArgumentHelp("At which targets; by default at all.", valueName: "target"))
    var targets: [String] = []

    func run() async throws {
        let word = Acknowledgement(by: name ?? Person.name, note: note, time: .now)
        try await life.keep(word, .unacknowledged, of: alert, at: targets)
    }
}

extension LifeOptions {
    /// Keeps the word, and says of what. What was named and is not concerned ends it with 1.
    fileprivate func keep(
        _ word: Acknowledgement, _ what: AlertEvent.What, of alert: String, at targets: [String]
    ) async throws {
        let path = try path()
        let chronicle = try await History.reading(at: path).chronicle(since: nil)
        let alert = try AlertName(alert, in: chronicle).name
        let history = try await History.open(at: path).history
        let done = try await history.note(word, what) { key in
            key.alert == alert && (targets.isEmpty || targets.contains(key.target.name))
        }
        let text = AcknowledgementText(done, word, what, now: .now)
        if !done.isEmpty { try Output.write(text.rendered()) }
        let missing = targets.filter { name in !done.contains { $0.key.target.name == name } }
        guard done.isEmpty || !missing.isEmpty else { return }
        Output.complain(text.nothing(of: alert, at: missing, in: chronicle))
        throw ExitCode(ExitStatus.warning.rawValue)
    }
}

import ArgumentParser
import Diagnostics
import Redis
import Sweep

struct RedisFlushDBCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flushdb",
        abstract:
            "Empty a database. Shown first; done with --yes, and only when its name and number of keys are typed.",
        discussion: """
            Everything in the database is lost, on all replicas too, and in a cluster on all masters. --yes asks on a terminal for the \
            database's name and number of keys; a script gives them with --confirm. Keys come and go: a tenth more or less will do.

            EXAMPLES
              diag redis flushdb cache
              diag redis flushdb --database 3 cache --yes
              diag redis flushdb cache --confirm 'db0 12345' --yes

            \(RemedyOptions.exitCodes)
            """)

    @OptionGroup var remedy: RemedyOptions
    @OptionGroup(title: "Way in") var way: RedisOptions

    @Option(
        name: .long, help: ArgumentHelp("This database in place of the one that the target names.", valueName: "number")
    )
    var database: Int?

    @Option(name: .long, help: ArgumentHelp("What would be typed on a terminal: 'db0 12345'.", valueName: "phrase"))
    var confirm: String?

    @Argument(
        help: ArgumentHelp("A target's name, redis://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.redis))
    var target: String?

    func validate() throws {
        if let database, database < 0 { throw ValidationError("--database must not be negative") }
    }

    func run() async throws {
        let subject = try remedy.redis(target, through: way)
        let (given, place) = (confirm, "\(subject.target.name) (\(subject.settings.endpoint))")
        let run = FlushRun(
            database: database ?? subject.settings.database, on: subject.target, settings: subject.settings,
            mode: remedy.mode, writing: subject.writing
        ) { phrase in
            if let given { return given }
            return await Prompt.answer([
                "Everything in db\(phrase.database) of \(place) is going to be lost: \(Count.of(phrase.keys, "key")).",
                "Type '\(phrase)' to go on: ",
            ])
        }
        try remedy.finish(await run.treat(within: subject.timeout))
    }
}

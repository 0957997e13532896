import ArgumentParser
import Diagnostics
import PostgreSQL
import Report
import Sweep

struct PGQueryCommand: PGAsking {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask one question by hand and show its rows: one of diag's, or an .sql file of your own.",
        discussion: """
            QUESTION is a name that `diag pg queries` lists, or a file (FILE.sql). A file is asked as a sweep would ask it, \
            and what is wrong with it is told with its line.

            EXAMPLES
              diag pg query sessions
              diag pg query ./queries/orders.sql db-primary --format json
            """)

    @Argument(help: ArgumentHelp("A question's name, or FILE.sql.", valueName: "question"))
    var question: String

    @OptionGroup var asked: PGAsked

    var questions: [PostgreSQLProbe.Question] {
        get throws {
            if question.contains("/") || question.hasSuffix(".sql") { return [.own(try OwnQuery(path: question))] }
            if let ours = PostgreSQLQuestions.question(named: question) { return [ours] }
            let own = try asked.options.configuration.ownQueries
            if let own = own.first(where: { $0.name == question }) { return [.own(own)] }
            throw UsageError.noQuestion(question, own)
        }
    }
}

struct PGQueriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queries",
        abstract: "The questions that diag puts to PostgreSQL: what for, for which versions, with which rights.",
        discussion: """
            With a name it prints the question itself, as it runs in psql.

            EXAMPLES
              diag pg queries
              diag pg queries standbys | psql
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var text: TextOptions

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: .shortAndLong, help: "text or json.")
    var format: Format = .text

    @Argument(
        help: ArgumentHelp("The question to print.", valueName: "question"),
        completion: .list(PostgreSQLQuestions.all.map(\.name)))
    var question: String?

    func run() throws {
        let own = try configuration.ownQueries
        let entries = PostgreSQLQuestions.all + own.map(\.entry)
        if let question {
            guard let entry = entries.first(where: { $0.name == question }) else {
                throw UsageError.noQuestion(question, own)
            }
            return try Output.write(entry.text)
        }
        let listing = Listing(entries.map(\.listed))
        try Output.write(format == .json ? listing.json : listing.text(layout: text.layout(rows: .max, pieces: .max)))
    }
}

extension ConfigurationOptions {
    /// Of all configured servers together, each once.
    fileprivate var ownQueries: [OwnQuery] {
        get throws {
            var seen: Set<OwnQuery> = []
            return try load().targets.flatMap { target -> [OwnQuery] in
                guard case .postgresql(let settings) = target.settings else { return [] }
                return settings.ownQueries.filter { seen.insert($0).inserted }
            }
        }
    }
}

extension PostgreSQLQuestions.Entry {
    fileprivate var listed: Listing.Entry {
        Listing.Entry(
            name: name, text: purpose,
            details: [(key: "servers", value: "PostgreSQL \(servers)"), (key: "role", value: role)])
    }
}

extension UsageError {
    fileprivate static func noQuestion(_ name: String, _ own: [OwnQuery]) -> UsageError {
        let names = PostgreSQLQuestions.all.map(\.name) + own.map(\.name)
        return UsageError(
            description:
                "there is no question \"\(name)\"\(didYouMean(name, among: names)); `diag pg queries` lists them")
    }
}

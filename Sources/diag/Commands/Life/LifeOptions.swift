import ArgumentParser
import Diagnostics
import Glibc
import Report
import Runbook
import Sweep

/// Where the history is that tells of the life of alerts.
struct LifeOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(name: .long, help: ArgumentHelp("The history file, in place of the usual one.", valueName: "file"))
    var state: String?

    /// - Throws: `ConfigurationError`, or `UsageError` where the configuration wants no history.
    func path() throws -> String {
        if let state { return state }
        let environment = Environment.variables
        let file = configuration.config ?? ConfigurationFile.usual(environment: environment)
        let place = try file.map { try Configuration.historyPlace(file: $0, environment: environment) } ?? .usual
        guard let path = place.path(environment: environment) else {
            throw UsageError(
                description: "the configuration keeps no history (history: {enabled: false}): name one by --state")
        }
        return path
    }

    /// To read only.
    ///
    /// - Throws: also `HistoryError` where there is none.
    func chronicle(since time: Timestamp? = nil) async throws -> Chronicle {
        try await History.reading(at: try path()).chronicle(since: time)
    }
}

/// Which alert somebody means.
struct AlertName {
    /// As the catalogue spells it, or as a condition of the configuration's own is called.
    let name: String

    /// - Throws: `UsageError` for a name that neither the catalogue nor the history knows.
    init(_ word: String, in chronicle: Chronicle) throws {
        let known = Catalogue.all.map(\.name) + chronicle.states.keys.map(\.alert) + chronicle.events.map(\.key.alert)
        guard let name = known.first(where: { $0.lowercased() == word.lowercased() && !$0.isEmpty }) else {
            throw UsageError(description: "there is no alert '\(word)'" + didYouMean(word, among: Set(known)))
        }
        self.name = name
    }
}

/// Who types.
enum Person {
    /// The one who became root by sudo, or the user.
    static var name: String {
        let environment = Environment.variables
        let named = ["SUDO_USER", "USER", "LOGNAME"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return named ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
    }
}

import ArgumentParser
import Diagnostics
import PostgreSQL
import Sweep

extension RemedyOptions {
    /// Shows a remedy at the one server that a word names, or does it, prints that, and ends with how it went.
    func treat(_ remedy: PostgreSQLRemedy, at word: String?) async throws {
        let settings = try options.configuration.load()
        let target = try target(.postgresql, word, settings)
        let timeout = options.timeout?.duration ?? target.timeout ?? settings.bounds.timeout
        let shown = word.map { PostgreSQLSettings.withoutPassword($0) ?? target.target.address }
        guard let run = try target.run(remedy, mode: mode, writing: writing(word, shown: shown)) else {
            throw UsageError(description: "\(target.target.name) is no PostgreSQL server")
        }
        try finish(await run.treat(within: timeout))
    }
}

import Diagnostics
import Network
import Yams

extension Configuration {
    /// Only where the history is. Nothing else of the file is looked at: who wants to know what fires needs no secrets from the
    /// environment, and must not be told of a mistake in some target.
    ///
    /// - Throws: `ConfigurationError` when the file cannot be read, is no YAML, or says of the history what cannot be meant.
    public static func historyPlace(
        file: String, environment: [String: String]
    ) throws(ConfigurationError) -> HistoryPlace {
        let source = ConfigurationSource(file: file, environment: environment)
        var place = HistoryPlace.usual
        do {
            let text = String(decoding: try TextFile.read(file, upTo: 4 << 20), as: UTF8.self)
            if let root = parsed(text, source), let history = Section(root, path: "", source: source).section("history")
            {
                place = history.historyPlace()
            }
        } catch {
            throw ConfigurationError(problems: [.init(file: file, line: nil, key: "", message: error.message)])
        }
        guard source.problems.isEmpty else { throw ConfigurationError(problems: source.problems) }
        return place
    }
}

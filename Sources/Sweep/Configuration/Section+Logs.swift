import Diagnostics
import Logs

extension Section {
    func logSettings() -> LogSettings? {
        guard let path = requiredString("path") else { return nil }
        var settings = LogSettings(path: source.resolved(path), watch: subjects())
        settings.window = duration("window") ?? settings.window
        let zone = parsed("time_zone") { text throws(ProbeError) in try LogTimeZone(text) }
        settings.timeZone = zone ?? settings.timeZone
        settings.authFailures = patterns("auth_failures") ?? settings.authFailures
        settings.rateLimit = patterns("rate_limit") ?? settings.rateLimit
        return settings
    }

    private func subjects() -> Set<LogSubject>? {
        guard let words = strings("watch") else { return nil }
        let known = LogSubject.allCases.map(\.rawValue)
        let subjects = words.compactMap { word in
            let subject = LogSubject(rawValue: word)
            if subject == nil {
                let hint = didYouMean(word, among: known)
                report("watch", "\(word.quoted) is none of " + known.joined(separator: ", ") + hint)
            }
            return subject
        }
        return subjects.isEmpty ? nil : Set(subjects)
    }

    /// The configuration's own patterns come first; the usual ones stay behind them unless `defaults: false`.
    private func patterns(_ key: String) -> [LogPattern]? {
        guard has(key) else { return nil }
        let usual = key == "auth_failures" ? LogPattern.authFailures : LogPattern.rateLimit
        var withUsual = true
        let own = sections(key).compactMap { section -> LogPattern? in
            defer { section.finish() }
            withUsual = section.bool("defaults") ?? withUsual
            let (contains, unless) = (section.strings("contains") ?? [], section.strings("unless") ?? [])
            let paths = section.strings("paths") ?? []
            let (source, endpoint, user) = (
                section.string("source"), section.string("endpoint"), section.string("user")
            )
            return section.checked("contains") { () throws(ProbeError) in
                var pattern = try LogPattern(
                    contains: contains, unless: unless, source: source, endpoint: endpoint, user: user)
                pattern.paths = paths
                return pattern
            }
        }
        return own + (withUsual ? usual : [])
    }
}

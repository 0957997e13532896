import Diagnostics
import HTTP

extension Section {
    /// The Prometheus that is asked for what was before.
    func prometheus(_ targets: [ConfiguredTarget]) -> PrometheusSettings? {
        guard let section = section("prometheus") else { return nil }
        defer { section.finish() }
        let (timeout, match, more) = (section.duration("timeout"), section.labels("match"), section.strings("labels"))
        guard let url = section.requiredString("url") else { return nil }
        guard var settings = section.endpoints([url], "url").first.map({ PrometheusSettings($0) }) else { return nil }
        settings.timeout = timeout ?? settings.timeout
        settings.match = match
        settings.extraLabels = Set(targets.flatMap { $0.target.labels.map(\.name) }).sorted() + (more ?? [])
        return settings
    }
}

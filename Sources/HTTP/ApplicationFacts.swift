import Diagnostics

/// What an application's metrics say, as series that conditions can be asked of.
///
/// A series keeps the name it came from as its identity: should another one stand in for it in the next sweep, no
/// increase is taken across the two.
struct ApplicationFacts {
    /// Series with where they come from.
    struct Source {
        let name: String
        let series: [ApplicationTally.Key: Double]
    }

    let tally: ApplicationTally
    let names: ApplicationSeries

    init(_ tally: ApplicationTally, _ names: ApplicationSeries) {
        self.tally = tally
        self.names = names
    }

    /// Requests by code, endpoint and method: the counter, or the count of a histogram that has the code.
    var requests: Source? {
        if let family = tally.family(for: .requests) { return Source(name: family.name, series: family.series(.value)) }
        guard let family = tally.family(for: .durations), family.series(.count).keys.contains(where: { $0.main != nil })
        else { return nil }
        return Source(name: family.name + "_count", series: family.series(.count))
    }

    /// Failed authentications: the counter where it has counted anything, else the answers with status 401.
    var authFailures: Source? { counted(.authFailures, or: "401", reason: "http_401") }

    /// Rate limit hits: the counter where it has counted anything, else the answers with status 429.
    var rateLimitHits: Source? { counted(.rateLimitHits, or: "429", reason: nil) }

    private func counted(_ role: ApplicationRole, or code: String, reason: String?) -> Source? {
        let family = tally.family(for: role)
        if let family, !family.isEmpty { return Source(name: family.name, series: family.series(.value)) }
        if let requests, requests.series.keys.contains(where: { $0.main != nil }) {
            return Source(name: "\(requests.name){code=\"\(code)\"}", series: answers(code, of: requests, reason))
        }
        return family.map { Source(name: $0.name, series: [:]) }
    }

    private func answers(_ code: String, of requests: Source, _ reason: String?) -> [ApplicationTally.Key: Double] {
        var result: [ApplicationTally.Key: Double] = [:]
        for (key, value) in requests.series where key.main == code {
            result[ApplicationTally.Key(main: reason, endpoint: key.endpoint), default: 0] += value
        }
        return result
    }

    func source(_ role: ApplicationRole) -> Source? {
        tally.family(for: role).map { Source(name: $0.name, series: $0.series(.value)) }
    }

    /// Sums of a part of the durations by what `key` keeps, in seconds where the part is a time.
    func durations(_ part: SeriesPart) -> [ApplicationTally.Key: Double] {
        guard let family = tally.family(for: .durations) else { return [:] }
        guard isInMilliseconds(family) else { return family.series(part) }
        switch part {
        case .sum, .quantile: return family.series(part).mapValues { $0 / 1000 }
        case .bucket:
            let pairs = family.series(part).map { key, value in
                var key = key
                key.main =
                    key.main.flatMap { Double($0) }.map { $0.isInfinite ? "+Inf" : String($0 / 1000) } ?? key.main
                return (key, value)
            }
            return Dictionary(pairs, uniquingKeysWith: +)
        case .count, .value: return family.series(part)
        }
    }

    private func isInMilliseconds(_ family: ApplicationTally.Family) -> Bool {
        family.name.hasSuffix("_milliseconds") || family.name.hasSuffix("_ms")
    }
}

import Diagnostics

extension ApplicationFacts {
    /// Tables for a person: where the figures come from, and which endpoints they concern.
    var evidence: [Evidence] {
        [sources, slowEndpoints, failingEndpoints, limitedEndpoints, failedLogins, agents, process].compactMap(\.self)
    }

    static let shownRows = 10
    var since: String { tally.countedSince == nil ? "since it counts" : "since it started" }

    private var sources: Evidence? {
        let found: [(Metric, Source?)] = [
            (HTTPMetrics.requests, requests), (HTTPMetrics.authFailures, authFailures),
            (HTTPMetrics.rateLimitHits, rateLimitHits), (HTTPMetrics.debates, source(.debates)),
            (HTTPMetrics.quotaRemaining, source(.quotaRemaining)),
            (HTTPMetrics.agentRateLimits, source(.agentRateLimits)), (HTTPMetrics.agentErrors, source(.agentErrors)),
            (HTTPMetrics.agentCalls, source(.agentCalls)),
        ]
        let rows: [[Cell]] = found.compactMap { metric, source in
            source.map { [.text(metric.name), .text($0.name), .number($0.series.values.reduce(0, +))] }
        }
        guard !rows.isEmpty else { return nil }
        return .table(
            "http.metrics.sources", "Series the application's figures come from",
            columns: ["metric", "source", "sum"], rows: rows)
    }

    private var process: Evidence? {
        let extra: [(String, Source?)] = [
            ("active debates", source(.activeDebates)), ("agent fallbacks", source(.agentFallbacks)),
            ("open circuit breakers", source(.openCircuitBreakers)),
        ]
        let bytes = ["process_resident_memory_bytes", "process_virtual_memory_bytes"]
        let rows: [[Cell]] =
            tally.process.sorted { $0.key < $1.key }.prefix(30).compactMap { name, value in
                guard value.magnitude < 9e18 else { return nil }
                return [.text(name), bytes.contains(name) ? .bytes(Int64(value)) : .number(value)]
            }
            + extra.compactMap { name, source in
                source.map { [.text(name), .number($0.series.values.reduce(0, +))] }
            }
        guard !rows.isEmpty else { return nil }
        return .table(
            "http.process", "The application's process, by its own metrics", columns: ["what", "value"], rows: rows)
    }
}

// MARK: - Endpoints

extension ApplicationFacts {
    /// The slowest by mean, with the share of requests that took longer than the first bound from 2 s on.
    private var slowEndpoints: Evidence? {
        let counts = byEndpoint(durations(.count))
        let sums = byEndpoint(durations(.sum))
        let means = counts.compactMap { endpoint, count in
            sums[endpoint].flatMap { count > 0 ? (endpoint: endpoint, count: count, mean: $0 / count) : nil }
        }
        guard !means.isEmpty else { return nil }
        let bound = slowBound
        let fast = bound.map { bound in
            byEndpoint(durations(.bucket).filter { $0.key.main.flatMap(Double.init) == bound })
        }
        let ranked = means.map { entry in
            (entry, share: fast.map { max(0, 1 - ($0[entry.endpoint] ?? 0) / entry.count) })
        }.sorted { ($0.share ?? 0, $0.0.mean, $1.0.endpoint) > ($1.share ?? 0, $1.0.mean, $0.0.endpoint) }
        return .table(
            "http.endpoints.slow", "Slowest endpoints \(since)",
            columns: ["endpoint", "requests", "mean", .init(bound.map { "over_\($0)_s" } ?? "over_2_s")],
            rows: ranked.prefix(Self.shownRows).map { entry, share in
                [.text(entry.endpoint), .number(entry.count), .seconds(entry.mean), share.map(Cell.ratio) ?? .none]
            })
    }

    /// The runbook's two seconds, or the next bound that the application has.
    private var slowBound: Double? {
        Set(durations(.bucket).keys.compactMap { $0.main.flatMap(Double.init) }).filter { $0 >= 2 && $0.isFinite }.min()
    }

    private var failingEndpoints: Evidence? {
        table("http.endpoints.errors", "Endpoints with server errors \(since)", "errors") { $0.hasPrefix("5") }
    }

    private var limitedEndpoints: Evidence? {
        table("http.endpoints.rate_limited", "Endpoints that answered 429 \(since)", "rate_limited") { $0 == "429" }
    }

    private func table(
        _ id: String, _ title: String, _ column: String, where isMeant: (String) -> Bool
    ) -> Evidence? {
        guard let requests else { return nil }
        let all = byEndpoint(requests.series)
        let meant = byEndpoint(requests.series.filter { $0.key.main.map(isMeant) ?? false }).filter { $0.value > 0 }
        guard !meant.isEmpty else { return nil }
        let ranked = meant.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.shownRows)
        return .table(
            id, title, columns: ["endpoint", "requests", .init(column), "share"],
            rows: ranked.map { endpoint, count in
                let requests = all[endpoint] ?? count
                return [.text(endpoint), .number(requests), .number(count), .ratio(count / requests)]
            })
    }

    private func byEndpoint(_ series: [ApplicationTally.Key: Double]) -> [String: Double] {
        var result: [String: Double] = [:]
        for (key, value) in series { result[key.endpoint ?? "(all)", default: 0] += value }
        return result
    }
}

import Diagnostics

extension ApplicationFacts {
    /// Adds a sample for each series, and a gap for each metric that is not served.
    ///
    /// - Parameter path: where the metrics were read, for the gaps.
    func report(to content: inout Observation.Content, servedAt path: String) {
        add(HTTPMetrics.requests, requests, ["code", "endpoint", "method"], .requests, path, &content)
        reportDurations(to: &content, path)
        add(HTTPMetrics.authFailures, authFailures, ["reason", "endpoint", nil], .authFailures, path, &content)
        add(HTTPMetrics.rateLimitHits, rateLimitHits, [nil, "endpoint", nil], .rateLimitHits, path, &content)
        add(HTTPMetrics.debates, source(.debates), ["status", nil, nil], .debates, path, &content)
        add(
            HTTPMetrics.quotaRemaining, source(.quotaRemaining), ["provider", nil, nil], .quotaRemaining, path,
            &content)
        add(
            HTTPMetrics.agentRateLimits, source(.agentRateLimits), ["provider", nil, nil], .agentRateLimits, path,
            &content)
        add(HTTPMetrics.agentErrors, source(.agentErrors), ["provider", nil, nil], .agentErrors, path, &content)
        add(HTTPMetrics.agentCalls, source(.agentCalls), ["provider", nil, nil], .agentCalls, path, &content)
    }

    /// Label names for the three parts of a key, in their order; nil: summed over it.
    private typealias LabelNames = [String?]

    private func add(
        _ metric: Metric, _ source: Source?, _ labels: LabelNames, _ role: ApplicationRole, _ path: String,
        _ content: inout Observation.Content
    ) {
        guard let source else {
            content.gaps.append(Gap(metric, notServed(role, path)))
            return
        }
        guard tally.isWhole(role) else {
            content.gaps.append(Gap(metric, "\(source.name) at \(path) has more series than are added up"))
            return
        }
        // Declared, but nothing counted yet: client libraries show labelled counters only from their first increase.
        let isEmptyCounter = source.series.isEmpty && metric.kind == .counter
        if isEmptyCounter { content.add(metric, 0, identity: source.name, countedSince: tally.countedSince) }
        if source.series.isEmpty, !isEmptyCounter {
            content.gaps.append(Gap(metric, "\(source.name) at \(path) is declared, but has no value yet"))
        }
        add(metric, source.name, source.series, labels, &content)
    }

    private func add(
        _ metric: Metric, _ name: String, _ series: [ApplicationTally.Key: Double], _ labels: LabelNames,
        _ content: inout Observation.Content
    ) {
        let labels = tellsEndpointsApart(series) ? labels : [labels[0], nil, labels[2]]
        var sums: [ApplicationTally.Key: Double] = [:]
        for (key, value) in series {
            let kept = ApplicationTally.Key(
                main: labels[0] == nil ? nil : key.main, endpoint: labels[1] == nil ? nil : key.endpoint,
                method: labels[2] == nil ? nil : key.method)
            // A quantile does not add up: the worst stands for all.
            sums[kept] = metric.kind == .gauge ? max(sums[kept] ?? value, value) : (sums[kept] ?? 0) + value
        }
        let since = metric.kind == .counter ? tally.countedSince : nil
        for (key, value) in sums.sorted(by: { $0.key < $1.key }) {
            let pairs = zip(labels, [key.main, key.endpoint, key.method]).compactMap { label, value in
                label.flatMap { label in value.map { (label, $0) } }
            }
            content.add(metric, value, labels: Labels(pairs), identity: name, countedSince: since)
        }
    }

    /// Beyond some endpoints none is told apart: if only the surplus were put together, series would change their
    /// meaning from one sweep to the next, and that would look like traffic.
    private func tellsEndpointsApart(_ series: [ApplicationTally.Key: Double]) -> Bool {
        Set(series.keys.map(\.endpoint)).count <= names.maximumEndpoints
    }

    func notServed(_ role: ApplicationRole, _ path: String) -> String {
        let wanted = names.names(of: role)
        return "not served at \(path): looked for \(wanted.joined(separator: ", ")), with or without a prefix"
    }
}

extension ApplicationFacts {
    private func reportDurations(to content: inout Observation.Content, _ path: String) {
        guard let family = tally.family(for: .durations) else {
            for metric in [HTTPMetrics.durationBucket, HTTPMetrics.durationQuantile] {
                content.gaps.append(Gap(metric, notServed(.durations, path)))
            }
            return
        }
        guard tally.isWhole(.durations) else {
            content.gaps.append(
                Gap(HTTPMetrics.durationBucket, "\(family.name) at \(path) has more series than are added up"))
            return
        }
        let (buckets, quantiles) = (durations(.bucket), durations(.quantile))
        let isUnused = family.isEmpty
        add(
            HTTPMetrics.durationBucket, family.name, isUnused ? [.init(main: "+Inf"): 0] : buckets,
            ["le", "endpoint", nil], &content)
        add(
            HTTPMetrics.durationCount, family.name, isUnused ? [.init(): 0] : durations(.count),
            [nil, "endpoint", nil], &content)
        add(
            HTTPMetrics.durationSum, family.name, isUnused ? [.init(): 0] : durations(.sum), [nil, "endpoint", nil],
            &content)
        add(HTTPMetrics.durationQuantile, family.name, quantiles, ["q", "endpoint", "method"], &content)
        if buckets.isEmpty, !isUnused {
            content.gaps.append(Gap(HTTPMetrics.durationBucket, noBuckets(family.name, path)))
        }
        if quantiles.isEmpty, buckets.isEmpty {
            content.gaps.append(Gap(HTTPMetrics.durationQuantile, "\(family.name) at \(path) is no summary"))
        }
    }

    /// A mean is no percentile, and is not passed off as one.
    private func noBuckets(_ name: String, _ path: String) -> String {
        let count = durations(.count).values.reduce(0, +)
        let mean =
            count > 0
            ? "; the mean of \(Int64(count)) requests is \(milliseconds(durations(.sum).values.reduce(0, +) / count))"
            : ""
        return "\(name) at \(path) has no buckets, so no percentile is known\(mean)"
    }

    private func milliseconds(_ seconds: Double) -> String { "\((seconds * 10_000).rounded() / 10) ms" }
}

import Diagnostics

extension MetricsInquiry {
    /// Every metric that is read from what the application serves.
    private static let metrics = [
        HTTPMetrics.requests, HTTPMetrics.durationBucket, HTTPMetrics.durationQuantile, HTTPMetrics.authFailures,
        HTTPMetrics.rateLimitHits, HTTPMetrics.debates, HTTPMetrics.quotaRemaining, HTTPMetrics.agentRateLimits,
        HTTPMetrics.agentErrors, HTTPMetrics.agentCalls,
    ]

    func report(to content: inout Observation.Content, _ names: ApplicationSeries) {
        guard let servedAt else { return reportAbsence(to: &content) }
        let facts = ApplicationFacts(tally, names)
        facts.report(to: &content, servedAt: servedAt)
        content.evidence.append(.fact("http.metrics", "Metrics", sentence(servedAt)))
        content.evidence += facts.evidence
        content.add(HTTPMetrics.metricsMalformed, Double(reader.malformedLines))
        reportMalformed(to: &content, servedAt)
    }

    private func reportAbsence(to content: inout Observation.Content) {
        let reason =
            refusals.isEmpty
            ? "metrics were not asked for"
            : "no metrics: " + refusals.map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
        content.gaps += Self.metrics.map { Gap($0, reason) }
        if let problem { content.problems.append(problem) }
    }

    private func sentence(_ path: String) -> String {
        let version = tally.information["version"].map { "; version \($0)" } ?? ""
        let since = tally.countedSince.map { "; counting since \($0)" } ?? "; the start of the process is not served"
        return "\(reader.samples) samples in \(reader.lines) lines at \(path)\(version)\(since)"
    }

    /// Said once, with the first line: Prometheus drops such a scrape whole, so nobody else may have noticed.
    private func reportMalformed(to content: inout Observation.Content, _ path: String) {
        guard let first = reader.malformed.first else { return }
        let others = reader.malformedLines > 1 ? ", and \(reader.malformedLines - 1) more lines are malformed" : ""
        content.problems.append(
            ProbeError(
                .protocolViolation, step: "read \(path)", message: "line \(first.line): \(first.reason)\(others)",
                advice: "Prometheus drops the whole scrape; what could be read was used here"))
        content.evidence.append(
            .table(
                "http.metrics.malformed",
                "\(reader.malformedLines) malformed lines of the metrics, the first of each kind",
                columns: ["line", "reason", "text"],
                rows: reader.malformed.map { [.integer(Int64($0.line)), .text($0.reason), .text($0.text)] }))
    }
}

import Diagnostics

/// Asks an application for its health, its metrics and its slow debates, at once and over two connections at most.
///
/// Evidence: `http.health`, `http.health.body`, `http.health.detail`; `http.metrics`, `http.metrics.sources`,
/// `http.metrics.malformed`; `http.endpoints.slow`, `http.endpoints.errors`, `http.endpoints.rate_limited`;
/// `http.process`; `http.debates.slow`, `http.debates.slow.recent`, `http.debates.active`.
public struct HTTPProbe: Probe {
    public let target: Target
    private let settings: HTTPSettings

    public init(target: Target, settings: HTTPSettings) {
        self.target = target
        self.settings = settings
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            let health = HealthInquiry(settings)
            let metrics = MetricsInquiry(settings)
            let debates = DebatesInquiry(settings)
            await HTTPClient.carryOut([health, metrics, debates], until: deadline)
            health.report(to: &content)
            guard settings.role == .application else { return }
            metrics.report(to: &content, settings.series)
            debates.report(to: &content)
        }
    }
}

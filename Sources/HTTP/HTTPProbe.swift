import Diagnostics

/// Asks an application for its health, its metrics and its slow debates, at once and over two connections at most.
///
/// Evidence: `http.health`, `http.health.body`, `http.health.detail`.
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
            await HTTPClient.carryOut([health], until: deadline)
            health.report(to: &content)
        }
    }
}

import Diagnostics

/// Asks an application for its health, its metrics and its slow debates, at once and over two connections at most.
///
/// Evidence: `http.health`, `http.health.body`, `http.health.detail`, `http.health.failure`; `http.metrics`,
/// `http.metrics.sources`, `http.metrics.malformed`; `http.endpoints.slow`, `http.endpoints.errors`,
/// `http.endpoints.rate_limited`; `http.auth`, `http.agents`, `http.process`; `http.debates.slow`,
/// `http.debates.slow.recent`, `http.debates.active`.
public struct HTTPProbe: Probe {
    public let target: Target
    private let settings: HTTPSettings

    public init(target: Target, settings: HTTPSettings) {
        self.target = target
        self.settings = settings
    }

    /// Sets up libcurl; the first probe would do it otherwise, and is the one to tell what is wrong with it.
    public static func prepare() { try? CurlLibrary.prepare() }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            let health = HealthInquiry(settings)
            let metrics = MetricsInquiry(settings)
            let debates = DebatesInquiry(settings)
            await HTTPClient.carryOut([InquiryChain([health, debates]), metrics], until: deadline)
            health.report(to: &content)
            guard settings.role == .application else { return }
            metrics.report(to: &content, settings.series)
            debates.report(to: &content)
            if metrics.servedAt != nil || debates.slow != nil { content.demoteFailure() }
            // One dead server is one failure, however many questions it left unanswered.
            if let failure = content.failure { content.problems.removeAll { $0.kind == failure.kind } }
        }
    }
}

extension Observation.Content {
    /// A target that answered in part has problems, but did not fail.
    fileprivate mutating func demoteFailure() {
        guard let failure else { return }
        problems.append(failure)
        evidence.append(.fact("http.health.failure", "Why there is no health check", failure.description))
        self.failure = nil
    }
}

import Diagnostics
import Network

/// Asks an application for its health, its metrics and its slow debates, at once and over two connections at most.
///
/// Evidence: `http.health`, `http.health.body`, `http.health.checks`, `http.health.retries`, `http.health.detail`,
/// `http.health.failure`; `http.response`, `http.phases`, `http.redirects`, `http.headers`, `http.body` (where they are
/// asked for), `http.certificate`, `net.way`; `http.metrics`,
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
            var health = HealthInquiry(settings)
            let metrics = MetricsInquiry(settings)
            let debates = DebatesInquiry(settings)
            await HTTPClient.carryOut(
                [InquiryChain([health, debates]), metrics], until: firstDeadline(within: deadline))
            await health.check(until: deadline)
            let again = await askAgain(&health, until: deadline)
            health.report(to: &content)
            if let again { content.evidence.append(again) }
            guard settings.role == .application else { return }
            metrics.report(to: &content, settings.series)
            debates.report(to: &content)
            if metrics.servedAt != nil || debates.slow != nil { content.demoteFailure() }
            // One dead server is one failure, however many questions it left unanswered.
            if let failure = content.failure { content.problems.removeAll { $0.kind == failure.kind } }
        }
    }

    /// Where it may be asked again, each time gets its share.
    private func firstDeadline(within deadline: Deadline) -> Deadline {
        deadline.within(deadline.remaining / (settings.retries + 1))
    }

    /// Only as often as somebody wants it to be: a failure that another try hides is a failure all the same.
    ///
    /// - Returns: how often it was asked, where it was more than once.
    private func askAgain(_ health: inout HealthInquiry, until deadline: Deadline) async -> Evidence? {
        var tries = 1
        while tries <= settings.retries, health.verdict == .down, settings.retryDelay < deadline.remaining {
            try? await Reactor.shared.sleep(until: .after(settings.retryDelay))
            let next = HealthInquiry(settings)
            let share = deadline.within(deadline.remaining / (settings.retries + 1 - tries))
            await HTTPClient.carryOut([next], until: share)
            await next.check(until: deadline)
            tries += 1
            health = next
        }
        guard tries > 1 else { return nil }
        let outcome = health.verdict == .up ? "the last one was answered well" : "none was answered well"
        return .fact("http.health.retries", "Asked again", "it was asked \(tries) times; \(outcome)")
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

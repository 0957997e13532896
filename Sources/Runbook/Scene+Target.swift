import Diagnostics

/// What is known of a target whatever its protocol: whether it answered, and how it turned diag away.
///
/// Exporters may print these two beside a probe's own samples; the catalogue's PromQL asks for them.
public enum TargetMetrics {
    public static let up = Metric("diag_target_up", .gauge, "Whether the target answered, be it with a refusal.")
    public static let rejected = Metric(
        "diag_target_rejected", .gauge, "1 when the target turned diag away with this code of its own.")

    /// Empty when it was our own machine or settings that stood in the way: nothing is known of the target then.
    public static func samples(_ observation: Observation) -> [Sample] {
        guard let isUp = observation.hasAnswered else { return [] }
        var samples = [Sample(up, isUp ? 1 : 0)]
        if case .server(let code) = observation.failure?.kind {
            samples.append(Sample(rejected, 1, labels: ["code": code]))
        }
        return samples
    }
}

extension Observation {
    /// Whether something answered; nil when it was never really asked.
    public var hasAnswered: Bool? {
        switch failure?.kind {
        case nil, .unauthenticated, .forbidden, .server: true
        case .timedOut, .unresolved, .refused, .unreachable, .protocolViolation, .tls: false
        case .cancelled, .misconfigured, .local, .busy: nil
        }
    }
}

extension Scene {
    func answered() throws(Unknown) -> Element {
        guard let isUp = observation.hasAnswered else {
            throw Unknown(.failed, observation.failure?.description ?? "was not asked")
        }
        return Element(value: isUp ? 1 : 0, note: observation.failure?.description)
    }

    func silent() throws(Unknown) -> Element {
        let element = try answered()
        guard element.value == 0 else { throw Unknown(.notServed, "answered, but not what was asked") }
        return element
    }

    func rejected(_ code: String) throws(Unknown) -> Element {
        guard let failure = observation.failure else { throw Unknown(.notServed, "was not turned away") }
        guard failure.kind == .server(code: code) else { throw Unknown(.failed, failure.description) }
        return Element(value: 1, note: failure.message)
    }
}

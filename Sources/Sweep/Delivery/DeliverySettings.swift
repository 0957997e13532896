import Diagnostics
import HTTP

/// Whom to tell of alerts, and how.
public struct DeliverySettings: Sendable {
    public var receivers: [Receiver] = []
    /// For all receivers together: they are told at the same time.
    public var timeout: Duration = .seconds(10)
    /// How often sweeps run, where that is known; else it is learned from the history.
    public var interval: Duration?
    /// Whether what somebody silenced in Alertmanager counts for the exit code.
    public var respectsSilences = false
    /// Where an alert can be looked at, with `{alert}`, `{kind}` and `{target}` in it.
    public var generatorURL: String?

    public init() {}

    public var alertmanagers: [HTTPEndpoint] { receivers.filter { $0.kind == .alertmanager }.map(\.endpoint) }
}

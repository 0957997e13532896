import Diagnostics
import HTTP
import Runbook

/// Who is told of alerts.
public struct Receiver: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// One member of an Alertmanager cluster: each of them is told.
        case alertmanager
        /// Anything that takes a POST.
        case webhook
    }

    public let kind: Kind
    public var endpoint: HTTPEndpoint
    /// A firing alert is sent again when that much time has passed.
    public var resend: Duration

    public init(_ kind: Kind, _ endpoint: HTTPEndpoint, resend: Duration? = nil) {
        self.kind = kind
        self.endpoint = endpoint
        self.resend = resend ?? Self.usualResend(kind)
    }

    /// Prometheus's `--rules.alert.resend-delay`, and Alertmanager's own `repeat_interval` for what it passes on.
    static func usualResend(_ kind: Kind) -> Duration { kind == .alertmanager ? .seconds(60) : .seconds(4 * 3600) }

    /// For people. A webhook's path is often its password.
    public var shown: String { kind == .alertmanager ? endpoint.shown : endpoint.origin }

    /// What the history calls it, without the URL.
    var id: String {
        var hash = FNV1a()
        hash.add(endpoint.url)
        return "\(kind.rawValue)-\(hash.hexadecimal)"
    }

    /// Below an Alertmanager's URL; a webhook's is whole.
    var path: String? { kind == .alertmanager ? "/api/v2/alerts" : nil }
}

/// What became of telling one receiver.
public struct Delivery: Sendable, Hashable {
    public let kind: Receiver.Kind
    /// For people.
    public let receiver: String
    public let firing: Int
    public let resolved: Int
    /// Why it did not arrive; the next sweep tries again.
    public let failure: String?
}

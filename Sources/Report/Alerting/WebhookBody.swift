import Diagnostics
import Runbook

/// What a webhook is sent: Alertmanager's own webhook message, version 4
/// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), so that what takes those takes ours, and
/// `diag` with what is ours.
public struct WebhookBody {
    /// Of `diag` in it. 1: first version.
    public static let schemaVersion = 1

    private let alerts: [OutgoingAlert]
    private let version: String
    private let generatorURL: String?
    private let now: Timestamp

    public init(_ alerts: [OutgoingAlert], version: String, generatorURL: String?, now: Timestamp) {
        self.alerts = alerts
        self.version = version
        self.generatorURL = generatorURL
        self.now = now
    }

    public var bytes: [UInt8] {
        JSONValue.object([
            ("version", .string("4")),
            ("groupKey", .string("diag")),
            ("truncatedAlerts", .integer(0)),
            ("status", .string(alerts.allSatisfy(\.isResolved) ? "resolved" : "firing")),
            ("receiver", .string("diag")),
            ("groupLabels", .object([])),
            ("commonLabels", Self.common(alerts.map(\.labels)).json),
            ("commonAnnotations", Self.common(alerts.map(\.annotations)).json),
            ("externalURL", .string("")),
            ("alerts", .array(alerts.map(json))),
            (
                "diag",
                .object([
                    ("schema_version", .integer(Int64(Self.schemaVersion))), ("version", .string(version)),
                    ("sent", .string("\(now)")),
                ])
            ),
        ]).utf8
    }

    private func json(_ alert: OutgoingAlert) -> JSONValue {
        .object([
            ("status", .string(alert.isResolved ? "resolved" : "firing")),
            ("labels", alert.labels.json), ("annotations", alert.annotations.json),
            ("startsAt", .string("\(alert.startsAt)")),
            // As Alertmanager says that it does not know the end.
            ("endsAt", .string(alert.isResolved ? "\(alert.endsAt)" : "0001-01-01T00:00:00Z")),
            ("generatorURL", .string(alert.link(generatorURL))), ("fingerprint", .string(alert.fingerprint)),
        ])
    }

    /// What all of them have.
    private static func common(_ all: [Labels]) -> Labels {
        Labels(
            (all.first ?? [:]).filter { label in all.allSatisfy { $0[label.name] == label.value } }
                .map { ($0.name, $0.value) })
    }
}

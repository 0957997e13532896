import Diagnostics
import Runbook

/// What Alertmanager's `POST /api/v2/alerts` takes (api/v2/openapi.yaml, postableAlerts).
public struct AlertmanagerBody {
    private let alerts: [OutgoingAlert]
    private let generatorURL: String?

    /// - Parameter generatorURL: where an alert can be looked at, with `{alert}`, `{kind}` and `{target}` in it.
    public init(_ alerts: [OutgoingAlert], generatorURL: String?) {
        self.alerts = alerts
        self.generatorURL = generatorURL
    }

    public var bytes: [UInt8] {
        JSONValue.array(
            alerts.map { alert in
                .object([
                    ("labels", alert.labels.json), ("annotations", alert.annotations.json),
                    ("startsAt", .string("\(alert.startsAt)")), ("endsAt", .string("\(alert.endsAt)")),
                    ("generatorURL", .string(alert.link(generatorURL))),
                ])
            }
        ).utf8
    }
}

extension OutgoingAlert {
    /// The address with what it is about filled in; empty without one.
    func link(_ template: String?) -> String {
        let values = ["alert": place.alert, "kind": place.target.kind.rawValue, "target": place.target.name]
        return values.reduce(template ?? "") { text, value in
            text.replacing("{\(value.key)}", with: value.value.percentEncoded)
        }
    }
}

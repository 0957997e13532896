import Diagnostics

/// What a person is told who is paged by Prometheus: Go templates over the labels and the value of the alert.
extension Alert {
    func annotations(_ condition: Condition) -> [AlertingRule.Annotation] {
        [
            .init("summary", "{{ $labels.target }}: \(condition.template)"),
            .init("description", Self.plain("\(title). \(meaning)")),
            .init("evidence", "diag sweep -v --only \(name) --only target={{ $labels.target }}"),
            .init("next_steps", steps(condition.kind)),
            .init("runbook", "diag explain \(name)"),
        ]
    }

    private func steps(_ kind: Target.Kind) -> String {
        nextSteps.filter { $0.kinds.isEmpty || $0.kinds.contains(kind) }.map { step in
            "- " + Self.plain(step.text) + (step.command.map { ": " + filled($0, kind) } ?? "")
        }.joined(separator: "\n")
    }

    /// With labels of the alert for the placeholders that are labels; where the address is only the target knows.
    private func filled(_ command: String, _ kind: Target.Kind) -> String {
        let labels = ["target"] + kind.tellingLabels
        return labels.reduce(Self.plain(command)) { text, label in
            text.replacing("{\(label)}", with: "{{ $labels.\(label) }}")
        }.replacing("{address}", with: "<address>").replacing("{host}", with: "<host>")
    }

    /// Text that is no template, whatever stands in it.
    static func plain(_ text: String) -> String { text.replacing("{{", with: "{{ \"{{\" }}") }
}

extension Target.Kind {
    /// The labels that tell what at a target is meant, as findings name it.
    public var tellingLabels: [String] {
        switch self {
        case .postgresql: ["datname", "application_name", "slot_name"]
        case .pgbouncer: ["database"]
        case .redis: ["database"]
        case .sentinel: ["master"]
        case .http: ["provider"]
        case .host: ["mountpoint"]
        case .tls, .log, .network: []
        }
    }
}

extension Condition {
    /// The value beside its threshold, as `sentence` has it: `connections 93.1% > 90 %`.
    var template: String {
        let names = kind.tellingLabels.map { "{{ with $labels.\($0) }}{{ . }} {{ end }}" }.joined()
        let words = [quantity, valueTemplate, limit].filter { !$0.isEmpty }.joined(separator: " ")
        return names + words
    }

    private var valueTemplate: String {
        switch unit {
        case .ratio: "{{ $value | humanizePercentage }}"
        case .seconds, .milliseconds, .days, .duration: "{{ $value | humanizeDuration }}"
        case .bytes: "{{ $value | humanize1024 }}B"
        case .number: "{{ $value | humanize }}"
        case .count(let noun): "{{ $value | humanize }} \(noun)"
        case .state(let one, let zero): comparison == .below ? zero : one
        }
    }

    private var limit: String {
        switch unit {
        case .state: ""
        case .count where threshold == 0 && comparison == .above: ""
        default: "\(comparison.sign) \(unit.threshold(threshold))"
        }
    }
}

import Diagnostics
import Runbook

extension Panel {
    private static let chosen = #"kind=~"$kind",target=~"$target""#

    /// The state of all alerts, and of the sweep itself.
    static var overview: [Panel] {
        [
            figure(
                "Firing", "count(diag_alert_state{\(chosen)} == 2) or vector(0)", "short", [(nil, "green"), (1, "red")]),
            figure(
                "Pending", "count(diag_alert_state{\(chosen)} == 1) or vector(0)", "short",
                [(nil, "green"), (1, "orange")]),
            figure(
                "Unknown", "count(diag_alert_state{\(chosen)} == -1) or vector(0)", "short",
                [(nil, "green"), (1, "purple")]),
            figure(
                "Targets without an answer", "count(diag_target_up{\(chosen)} == 0) or vector(0)", "short",
                [(nil, "green"), (1, "red")]),
            figure(
                "Since the last sweep", "time() - max(diag_sweep_timestamp_seconds)", "s",
                [(nil, "green"), (180, "orange"), (300, "red")]),
            figure("A sweep takes", "max(diag_sweep_duration_seconds)", "s", [(nil, "green"), (30, "orange")]),
            Panel(
                title: "Alerts that were not ok", type: "state-timeline", width: 24, height: 9,
                queries: [
                    Query(
                        expression:
                            "max by (alert, kind, target, source) (diag_alert_state{\(chosen)}) and on (alert, kind, target, source) "
                            + "(max by (alert, kind, target, source) (max_over_time(diag_alert_state{\(chosen)}[$__range])) > 0)",
                        legend: "{{alert}} {{target}} {{source}}")
                ],
                defaults: [
                    ("mappings", states), ("color", .object([("mode", .string("thresholds"))])),
                    ("thresholds", stateColours),
                ],
                options: [("mergeValues", .bool(true)), ("showValue", .string("never")), ("rowHeight", .number(0.85))],
                description: "State of each alert that was pending or fired in the time shown."),
            Panel(
                title: "Now", type: "table", width: 24, height: 7,
                queries: [
                    Query(
                        expression:
                            "sort_desc(max by (alert, priority, kind, target, source) (diag_alert_state{\(chosen)}) != 0)",
                        legend: "", isTable: true)
                ],
                defaults: [("mappings", states), ("thresholds", stateColours)], options: [],
                description: "What fires, is pending or cannot be told."),
        ]
    }

    private static func figure(
        _ title: String, _ expression: String, _ unit: String, _ steps: [(Double?, String)]
    ) -> Panel {
        Panel(
            title: title, type: "stat", width: 4, height: 4, queries: [Query(expression: expression, legend: "")],
            defaults: [("unit", .string(unit)), ("thresholds", thresholds(steps))],
            options: [("colorMode", .string("background")), ("graphMode", .string("none"))])
    }

    /// What one condition measures, with its threshold as a line.
    static func values(_ alert: Alert, _ condition: Condition, _ query: String) -> Panel {
        let isAbove = condition.comparison == .above
        let labels = ["target"] + condition.kind.tellingLabels
        return Panel(
            title: alert.name + (condition.source.isEmpty ? "" : " (\(condition.source))"), type: "timeseries",
            width: 8,
            height: 7,
            queries: [Query(expression: query, legend: labels.map { "{{\($0)}}" }.joined(separator: " "))],
            defaults: [
                ("unit", .string(condition.unit.grafana)),
                ("custom", .object([("thresholdsStyle", .object([("mode", .string("line"))]))])),
                (
                    "thresholds",
                    thresholds(
                        isAbove
                            ? [(nil, "green"), (condition.threshold, "red")]
                            : [(nil, "red"), (condition.threshold, "green")])
                ),
            ], options: [("legend", .object([("displayMode", .string("list")), ("placement", .string("bottom"))]))],
            description: alert.meaning)
    }

    private static func thresholds(_ steps: [(Double?, String)]) -> JSONValue {
        .object([
            ("mode", .string("absolute")),
            (
                "steps",
                .array(steps.map { .object([("value", .optional($0.0)), ("color", .string($0.1))]) })
            ),
        ])
    }

    private static var stateColours: JSONValue {
        thresholds([(nil, "purple"), (0, "green"), (1, "orange"), (2, "red")])
    }

    private static var states: JSONValue {
        let words = [
            ("-1", "unknown", "purple"), ("0", "ok", "green"), ("1", "pending", "orange"), ("2", "firing", "red"),
        ]
        let options = words.map { value, text, colour in
            (value, JSONValue.object([("text", .string(text)), ("color", .string(colour))]))
        }
        return .array([.object([("type", .string("value")), ("options", .object(options))])])
    }
}

extension Panel {
    func json(id: JSONValue, at position: JSONValue) -> JSONValue {
        let targets = queries.enumerated().map { index, query in query.json(ref: ["A", "B", "C"][index]) }
        return .object([
            ("id", id), ("type", .string(type)), ("title", .string(title)), ("description", .optional(description)),
            ("datasource", DashboardVariable.source), ("gridPos", position),
            ("fieldConfig", .object([("defaults", .object(defaults)), ("overrides", .array([]))])),
            ("options", .object(options)), ("targets", .array(targets)),
        ])
    }
}

extension Panel.Query {
    fileprivate func json(ref: String) -> JSONValue {
        .object([
            ("refId", .string(ref)), ("datasource", DashboardVariable.source), ("expr", .string(expression)),
            ("legendFormat", .string(legend)), ("instant", .bool(isTable)), ("range", .bool(!isTable)),
            ("format", .string(isTable ? "table" : "time_series")),
        ])
    }
}

/// What a reader of the dashboard chooses.
enum DashboardVariable {
    static var source: JSONValue {
        .object([("type", .string("prometheus")), ("uid", .string("${datasource}"))])
    }

    static var all: [JSONValue] {
        [
            .object([
                ("name", .string("datasource")), ("label", .string("Prometheus")), ("type", .string("datasource")),
                ("query", .string("prometheus")), ("refresh", .integer(1)), ("hide", .integer(0)),
            ]),
            series("kind", "label_values(diag_target_up, kind)"),
            series("target", #"label_values(diag_target_up{kind=~"$kind"}, target)"#),
        ]
    }

    private static func series(_ name: String, _ query: String) -> JSONValue {
        .object([
            ("name", .string(name)), ("label", .string(name)), ("type", .string("query")), ("datasource", source),
            ("query", .object([("query", .string(query)), ("refId", .string(name))])),
            ("refresh", .integer(2)), ("sort", .integer(1)), ("multi", .bool(true)), ("includeAll", .bool(true)),
            ("allValue", .string(".*")), ("hide", .integer(0)),
            (
                "current",
                .object([
                    ("text", .array([.string("All")])), ("value", .array([.string("$__all")])),
                    ("selected", .bool(true)),
                ])
            ),
        ])
    }
}

extension Unit {
    /// Grafana's name for it.
    fileprivate var grafana: String {
        switch self {
        case .ratio: "percentunit"
        case .seconds, .milliseconds, .days, .duration: "s"
        case .bytes: "bytes"
        case .number, .count, .state: "short"
        }
    }
}

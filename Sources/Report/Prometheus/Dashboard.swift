import Diagnostics
import Runbook

/// A Grafana dashboard of what a textfile shows: the alerts' states, and of each kind of target what its conditions measure,
/// with the thresholds (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model).
public struct Dashboard {
    private let alerts: [Alert]

    public init(_ alerts: [Alert]) { self.alerts = alerts }

    public func rendered() -> String { document.serialized() }

    private var document: JSONValue {
        .object([
            ("title", .string("diag: the runbook's alerts")),
            ("uid", .string("diag-runbook")),
            ("tags", .array([.string("diag")])),
            ("schemaVersion", .integer(38)),
            ("version", .integer(1)),
            ("editable", .bool(true)),
            ("graphTooltip", .integer(1)),
            ("timezone", .string("browser")),
            ("refresh", .string("1m")),
            ("time", .object([("from", .string("now-6h")), ("to", .string("now"))])),
            ("templating", .object([("list", .array(DashboardVariable.all))])),
            ("annotations", .object([("list", .array([]))])),
            ("panels", .array(panels)),
        ])
    }

    private var panels: [JSONValue] {
        var layout = DashboardLayout()
        for panel in Panel.overview { layout.add(panel) }
        for kind in Target.Kind.allCases {
            let panels = panels(of: kind)
            guard !panels.isEmpty else { continue }
            layout.addRow(kind.rawValue)
            for panel in panels { layout.add(panel) }
        }
        return layout.panels
    }

    /// One for each thing that is measured, whichever alerts judge it.
    private func panels(of kind: Target.Kind) -> [Panel] {
        var seen: Set<String> = []
        let scope = PromQLScope(
            identity: PromQLScope.scraped, namesKind: true,
            matchers: [LabelMatcher("target", .fits, "$target")])
        return alerts.flatMap { alert in
            alert.conditions.filter { $0.kind == kind }.compactMap { condition in
                let query = condition.expression.promQL(of: kind, in: scope)
                guard seen.insert(query).inserted else { return nil }
                return .values(alert, condition, query)
            }
        }
    }
}

/// What a panel shows, and how wide it is of the 24 columns.
struct Panel {
    let title: String
    let type: String
    let width: Int64
    let height: Int64
    let queries: [Query]
    let defaults: [(String, JSONValue)]
    let options: [(String, JSONValue)]
    var description: String?

    struct Query {
        let expression: String
        let legend: String
        var isTable = false
    }
}

/// Rows of panels from left to right.
private struct DashboardLayout {
    private(set) var panels: [JSONValue] = []
    private var x: Int64 = 0
    private var y: Int64 = 0
    private var rowHeight: Int64 = 0

    mutating func addRow(_ title: String) {
        breakLine()
        panels.append(
            .object([
                ("id", nextID), ("type", .string("row")), ("title", .string(title)), ("collapsed", .bool(false)),
                ("panels", .array([])), ("gridPos", position(width: 24, height: 1)),
            ]))
        y += 1
    }

    mutating func add(_ panel: Panel) {
        if x + panel.width > 24 { breakLine() }
        panels.append(panel.json(id: nextID, at: position(width: panel.width, height: panel.height)))
        x += panel.width
        rowHeight = max(rowHeight, panel.height)
    }

    private mutating func breakLine() {
        (x, y, rowHeight) = (0, y + rowHeight, 0)
    }

    private var nextID: JSONValue { .integer(Int64(panels.count + 1)) }

    private func position(width: Int64, height: Int64) -> JSONValue {
        .object([("x", .integer(x)), ("y", .integer(y)), ("w", .integer(width)), ("h", .integer(height))])
    }
}

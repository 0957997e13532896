import Foundation
import Playground
import Runbook
import Testing

@testable import Report

@Suite("A Grafana dashboard")
struct DashboardTests {
    private let document: [String: Any]
    private let panels: [[String: Any]]

    init() throws {
        let text = Dashboard(Catalogue.all).rendered()
        document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        panels = try #require(document["panels"] as? [[String: Any]])
    }

    private var expressions: [String] {
        panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap { $0["expr"] as? String }
    }

    @Test func hasWhatGrafanaAsksFor() {
        for key in ["title", "uid", "schemaVersion", "panels", "templating", "time", "annotations"] {
            #expect(document[key] != nil, "\(key)")
        }
        let variables = (document["templating"] as? [String: Any])?["list"] as? [[String: Any]] ?? []
        #expect(variables.compactMap { $0["name"] as? String } == ["datasource", "kind", "target"])
        for panel in panels {
            #expect(panel["type"] is String && panel["title"] is String && panel["gridPos"] is [String: Any])
        }
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
    }

    @Test func noPanelLiesOverAnother() {
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = panel["gridPos"] as? [String: Int] ?? [:]
            let (x, y) = (place["x"] ?? 0, place["y"] ?? 0)
            #expect(x + (place["w"] ?? 0) <= 24)
            for column in x..<(x + (place["w"] ?? 0)) {
                for row in y..<(y + (place["h"] ?? 0)) { #expect(taken.insert([column, row]).inserted) }
            }
        }
    }

    @Test func showsWhatEachConditionMeasures() {
        for alert in Catalogue.all {
            for condition in alert.conditions where condition.presence != .incidental {
                let metrics = condition.expression.metrics
                #expect(
                    metrics.isEmpty || expressions.contains { $0.contains(metrics.sorted()[0]) }, "\(alert.name)")
            }
        }
    }

    /// As recording rules, which promtool parses; Grafana's own variable of time stands for a length.
    @Test func allItsQueriesAreRight() async throws {
        let rules = expressions.enumerated().map { index, expression in
            "      - {record: 'panel:\(index)', expr: '\(expression.replacing("$__range", with: "6h").replacing("'", with: "''"))'}\n"
        }
        let text = "groups:\n  - name: dashboard\n    rules:\n" + rules.joined()
        let path = try await Playground.shared.write(text, to: "dashboard.yml")
        let outcome = try await Playground.shared.run("promtool", of: "prometheus", ["check", "rules", path])
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}

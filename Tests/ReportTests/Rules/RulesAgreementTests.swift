import Diagnostics
import Playground
import Runbook
import Testing

@testable import Report

@Suite("Prometheus and diag fire at the same moments")
struct RulesAgreementTests {
    private static let overrides = {
        var overrides = try? Overrides(["PostgreSQLCacheHitLow": AlertOverride()])
        var own = OwnCondition("OrdersFailing", at: .postgresql, metric: "orders_failed_total", is: .above, 20)
        own.growth = .seconds(600)
        own.holdFor = .seconds(120)
        overrides?.own = [own]
        return overrides ?? .none
    }()

    /// Every minute of every case: what promtool expects to fire is what diag's own judgement says. Where scrapes are
    /// missing at a window's edge, a count that Prometheus may stretch over its threshold is not compared: that is the one
    /// difference that there is to be (see `Expression.promQL`).
    @Test(arguments: RuleCase.Sort.allCases) func onTheSameSeries(sort: RuleCase.Sort) async throws {
        try await compare(sort, .quick, in: "agreement-\(sort)")
    }

    /// However often Prometheus scrapes: what is kept firing is kept no longer.
    @Test(arguments: [RuleCase.Sort.sinceLast, .changed]) func andKeepFiringAsLong(sort: RuleCase.Sort) async throws {
        let timing = RuleTiming(interval: .seconds(60), scrape: .seconds(60))
        try await compare(sort, timing, in: "kept-\(sort)")
    }

    private func compare(_ sort: RuleCase.Sort, _ timing: RuleTiming, in folder: String) async throws {
        let cases = (1...8).map { RuleCase(sort, seed: $0) }
        let fired = try cases.flatMap { try $0.judged(Self.overrides).values.joined() }.filter { $0.verdict == .firing }
        #expect(fired.isEmpty == (sort == .notANumber), "the cases say something")
        let rules = RulesYAML(Self.groups(timing), version: "test").rendered()
        let path = try await Playground.shared.write(rules, to: "\(folder)/rules.yml")
        let text =
            "rule_files: ['\(path)']\nevaluation_interval: 1m\ntests:\n"
            + (try cases.map { try $0.yaml(Self.overrides) }.joined())
        let tests = try await Playground.shared.write(text, to: "\(folder)/tests.yml")
        let outcome = try await Playground.shared.run("promtool", of: "prometheus", ["test", "rules", tests])
        #expect(outcome.status == 0, "\(outcome.output.prefix(4000))")
    }

    /// Without annotations, whose words promtool would have to be told too.
    private static func groups(_ timing: RuleTiming) -> [RuleGroup] {
        TextfileRules(overrides.alerts, timing: timing).groups.map { group in
            var group = group
            for index in group.rules.indices { group.rules[index].annotations = [] }
            return group
        }
    }

    /// A series that comes up while its target is watched has grown from nothing: here it counts, while Prometheus has
    /// nothing to compare its first value with.
    @Test func theBirthOfASeriesIsSeenHereAlone() throws {
        let metric = Metric("diag_application_rate_limit_hits_total", .counter, "Hits.")
        let values = (0..<RuleCase.minutes).map { $0 < 5 ? 0.0 : 7 }
        let born = (0..<RuleCase.minutes).map { $0 < 5 ? nil : 7.0 }
        for (line, expected) in [(values, true), (born, true)] as [([Double?], Bool)] {
            let known = RuleCase.Line(metric: metric, labels: ["x": "known"], values: values.map { _ in 1 })
            let new = RuleCase.Line(metric: metric, labels: ["x": "new"], values: line)
            let findings = try RuleCase(alert: "RateLimitTriggered", kind: .http, lines: [known, new]).judged(.none)
            #expect((findings[5]?.contains { $0.verdict == .firing } ?? false) == expected)
        }
    }
}

@Suite("Rules that promtool takes")
struct RulesTests {
    @Test func theWholeCatalogueIsRightAndSaysNothingTwice() async throws {
        let groups = TextfileRules(Catalogue.all, timing: .quick, labels: ["team"]).groups
        try await check(groups, "catalogue")
        let rules = groups.flatMap(\.rules)
        let names = rules.map { "\($0.name)\($0.labels)" }
        #expect(Set(names).count == names.count)
        for alert in Catalogue.all { #expect(rules.contains { $0.name == alert.name }, "\(alert.name)") }
    }

    @Test(arguments: Exporter.allCases) func soAreThoseForExporters(exporter: Exporter) async throws {
        let group = ExporterRules(Catalogue.all, for: exporter, timing: .quick).group
        #expect(!group.rules.isEmpty)
        try await check([group], exporter.rawValue)
        // Every condition at its kinds of target is there, or it is said why not.
        for alert in Catalogue.all {
            for condition in alert.conditions where exporter.looksAt(condition) {
                let isThere = group.rules.contains { $0.name == alert.name }
                #expect(isThere || group.absent.contains { $0.hasPrefix(alert.name) }, "\(alert.name)")
            }
        }
    }

    @Test func aCommentSaysWhatAnExporterCannotSay() {
        let group = ExporterRules(Catalogue.all, for: .postgres, timing: .quick).group
        let text = RulesYAML([group], version: "1").rendered()
        #expect(text.contains("# Not here: PostgreSQLStandbyMissing: it does not know which standbys are expected"))
    }

    @Test func overridesAndOwnConditionsAreInThem() throws {
        var overrides = try Overrides([
            "HighErrorRate": AlertOverride(
                threshold: 0.1, holdFor: .seconds(60), minimumRequests: 50, labels: ["team": "x"]),
            "HighCPUUsage": AlertOverride(isEnabled: false),
        ])
        var own = OwnCondition("OrdersWaiting", at: .postgresql, metric: "orders_waiting", is: .above, 100)
        own.title = "It's {{ .full }}"
        overrides.own = [own]
        let rules = TextfileRules(overrides.alerts, timing: .quick).groups.flatMap(\.rules)
        let errors = try #require(rules.first { $0.name == "HighErrorRate" })
        #expect(errors.expression.contains("> 0.1) and on (job, instance, sweep, kind, target) ("))
        #expect(errors.expression.hasSuffix(">= 50)"))
        #expect(errors.holdFor == .seconds(60))
        #expect(errors.labels["team"] == "x")
        #expect(!rules.contains { $0.name == "HighCPUUsage" })
        let orders = try #require(rules.first { $0.name == "OrdersWaiting" })
        #expect(orders.expression == #"orders_waiting{kind="postgresql"} > 100"#)
        #expect(orders.annotations[1].text.hasPrefix(#"It's {{ "{{" }} .full }}"#))
    }

    @Test func annotationsSayTheValue() async throws {
        let rules = RulesYAML(TextfileRules(Catalogue.alerts, timing: .quick).groups, version: "1").rendered()
        let path = try await Playground.shared.write(rules, to: "annotations/rules.yml")
        let disk = try #require(
            TextfileRules(Catalogue.alerts, timing: .quick).groups.flatMap(\.rules).first {
                $0.name == "DiskSpaceLow"
            })
        let steps = disk.annotations.first { $0.name == "next_steps" }?.text ?? ""
        let shown = steps.replacing("{{ $labels.mountpoint }}", with: "/var").replacing(
            "{{ $labels.target }}", with: "h")
        let test = """
            rule_files: ['\(path)']
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - series: 'diag_host_filesystem_used_ratio{kind="host",target="h",mountpoint="/var"}'
                    values: '0.912x3'
                alert_rule_test:
                  - eval_time: 1m
                    alertname: DiskSpaceLow
                    exp_alerts:
                      - exp_labels: {kind: host, target: h, mountpoint: /var, severity: high, priority: P2}
                        exp_annotations:
                          summary: 'h: /var space used 91.2% > 85 %'
                          description: 'A disk is nearly full. When it is full, databases stop writing and logs are lost.'
                          evidence: 'diag sweep -v --only DiskSpaceLow --only target=h'
                          runbook: 'diag explain DiskSpaceLow'
                          next_steps: \(JSONValue.string(shown).serialized(isOneLine: true))

            """
        let tests = try await Playground.shared.write(test, to: "annotations/tests.yml")
        let outcome = try await Playground.shared.run("promtool", of: "prometheus", ["test", "rules", tests])
        #expect(outcome.status == 0, "\(outcome.output.prefix(4000))")
    }

    /// A textfile that nobody writes any more is served for ever, and all that it says with it.
    @Test func aSweepThatStoppedIsAnAlert() async throws {
        let rules = RulesYAML(TextfileRules(Catalogue.alerts, timing: .quick).groups, version: "1").rendered()
        let path = try await Playground.shared.write(rules, to: "stopped/rules.yml")
        let alert = "alertname: DiagSweepMissing"
        let labels = "{severity: high, priority: P2, instance: h}"
        let summary = "diag's last sweep at h was 7m 0s ago: its alerts stand still"
        let next = "- See why no sweep runs: systemctl status diag.timer; journalctl -u diag"
        let test = """
            rule_files: ['\(path)']
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series: [{series: 'diag_sweep_timestamp_seconds{instance="h"}', values: '0x20'}]
                alert_rule_test:
                  - {eval_time: 5m, \(alert)}
                  - eval_time: 7m
                    \(alert)
                    exp_alerts: [{exp_labels: \(labels), exp_annotations: {summary: "\(summary)", next_steps: "\(next)"}}]

            """
        let tests = try await Playground.shared.write(test, to: "stopped/tests.yml")
        let outcome = try await Playground.shared.run("promtool", of: "prometheus", ["test", "rules", tests])
        #expect(outcome.status == 0, "\(outcome.output.prefix(2000))")
    }

    private func check(_ groups: [RuleGroup], _ name: String) async throws {
        let text = RulesYAML(groups, version: "1").rendered()
        let path = try await Playground.shared.write(text, to: "rules-\(name).yml")
        let outcome = try await Playground.shared.run(
            "promtool", of: "prometheus", ["check", "rules", "--lint=all", "--lint-fatal", path])
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("SUCCESS: \(groups.flatMap(\.rules).count) rules found"))
    }
}

extension RuleTiming {
    /// A sweep a minute, and a scrape each quarter of one.
    fileprivate static let quick = RuleTiming(interval: .seconds(60), scrape: .seconds(15))
}

extension Exporter {
    /// What it could be asked of.
    fileprivate func looksAt(_ condition: Condition) -> Bool {
        let kinds: [Exporter: Set<Target.Kind>] = [
            .postgres: [.postgresql], .redis: [.redis, .sentinel], .node: [.host], .blackbox: [.http, .tls],
            .pgbouncer: [.pgbouncer],
        ]
        return kinds[self, default: []].contains(condition.kind) && condition.presence != .incidental
    }
}

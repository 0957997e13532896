import Diagnostics
import Testing

@testable import Runbook

@Suite("What a configuration and a command line may choose")
struct SettingsTests {
    @Test(arguments: [
        ("HighCpuUsages", AlertOverride(), "there is no alert 'HighCpuUsages' (did you mean 'HighCPUUsage'?)"),
        ("Nonsense", AlertOverride(), "there is no alert 'Nonsense'"),
        ("HighCPUUsage", AlertOverride(threshold: 80), "HighCPUUsage: threshold is a share: at most 100 % (1)"),
        ("HighCPUUsage", AlertOverride(threshold: -1), "HighCPUUsage: threshold must be a number that is not negative"),
        ("InstanceDown", AlertOverride(threshold: 0), "InstanceDown: threshold is fixed: yes or no"),
        ("InstanceDown", AlertOverride(holdFor: .seconds(-1)), "InstanceDown: for must not be negative"),
        (
            "DiskSpaceLow", AlertOverride(minimumRequests: 1),
            "DiskSpaceLow: minimum_requests is not looked at by this alert"
        ),
    ])
    func mistakesAreNamed(name: String, override: AlertOverride, message: String) {
        let error = #expect(throws: OverrideError.self) { try Overrides([name: override]) }
        #expect(error?.description == message)
    }

    @Test func aThresholdGoesToEverySourceThatSharesIt() throws {
        let alerts = try Overrides([
            "AuthFailuresSpike": AlertOverride(threshold: 5), "InstanceDown": AlertOverride(isEnabled: false),
        ])
        .alerts
        #expect(alerts.count == 16)
        let spike = try #require(alerts.first { $0.name == "AuthFailuresSpike" })
        #expect(spike.conditions.map(\.threshold) == [5, 5])
        let quota = try #require(
            try Overrides(["AgentQuotaExceeded": AlertOverride(threshold: 50)]).alerts.first {
                $0.name == "AgentQuotaExceeded"
            })
        #expect(quota.conditions.map(\.threshold) == [50, 0])
    }

    @Test func labelsOfTheConfigurationGoOutWithFindings() {
        var watch = Watch(["RedisMemoryFull": AlertOverride(labels: ["team": "core"])], only: ["RedisMemoryFull"])
        #expect(watch.sweep(failed(target(.redis), at(0), .refused)).map(\.extraLabels) == [["team": "core"]])
    }

    @Test(
        arguments: [
            ([], [], ["a", "b", "c"]), (["redis"], [], ["a", "b"]), (["redis", "tls"], [], ["a", "b", "c"]),
            (["team=core"], [], ["a"]), (["redis", "target=b"], [], ["b"]), ([], ["team=core"], ["b", "c"]),
            (["RedisMemoryFull"], [], ["a", "b"]),
            ([], ["redismemoryfull", "NetworkLatencyHigh", "InstanceDown", "CertificateExpiringSoon"], []),
            (["tls"], ["tls"], []),
        ] as [([String], [String], [String])])
    func onlyAndSkipChooseTargets(only: [String], skip: [String], chosen: [String]) throws {
        let targets = [
            target(.redis, "a", labels: ["team": "core"]), target(.redis, "b"), target(.tls, "c"),
        ]
        let selection = try Selection(only: only, skip: skip)
        #expect(targets.filter { selection.includes($0) }.map(\.name) == chosen)
    }

    @Test func aWordThatMeansNothingIsAnError() {
        let error = #expect(throws: SelectionError.self) { try Selection(only: ["redi"], skip: []) }
        #expect(
            error?.description
                == "'redi' is neither an alert nor a kind of target nor label=value (did you mean 'redis'?)")
    }

    @Test func anUnselectedAlertIsNotSpokenOf() {
        var watch = Watch(only: ["RedisMemoryFull"])
        #expect(watch.sweep(seen(target(.host), at(0))).map(\.alert) == ["RedisMemoryFull"])
    }

    @Test func explanationsTellHowAnAlertIsJudged() throws {
        let explanation = Explanation(try #require(Catalogue.alert(named: "highcpuusage")))
        #expect(explanation.ways.map(\.rule) == ["CPU above 80 %"])
        #expect(explanation.times == ["fires when it has held for 5 min"])
        #expect(explanation.escalation.map(\.after) == [.zero, .seconds(900), .seconds(1800)])
        let down = Explanation(try #require(Catalogue.alert(named: "InstanceDown")))
        #expect(down.escalation.map { $0.after.seconds / 60 } == [0, 5, 15, 60, 120])
        let deadlocks = Explanation(try #require(Catalogue.alert(named: "PostgreSQLDeadlocks")))
        #expect(deadlocks.ways.map(\.rule) == ["any deadlocks"])
        #expect(deadlocks.times == ["fires at once", "goes on firing for 10 min after it last held"])
    }
}

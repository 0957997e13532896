import Diagnostics
import Testing

@testable import Runbook

@Suite("Findings of a sweep")
struct JudgementTests {
    @Test(arguments: [
        (ProbeError.Kind.refused, Verdict.firing), (.timedOut, .firing), (.unreachable, .firing),
        (.unresolved, .firing),
        (.protocolViolation, .firing), (.tls, .firing), (.unauthenticated, .ok), (.server(code: "53300"), .ok),
        (.local, .unknown), (.misconfigured, .unknown), (.cancelled, .unknown),
    ])
    func whoDoesNotAnswerIsDown(kind: ProbeError.Kind, verdict: Verdict) {
        for dependency in [Target.Kind.http, .postgresql, .pgbouncer, .redis] {
            var watch = Watch(only: ["InstanceDown"])
            let findings = watch.sweep(failed(target(dependency), at(0), kind))
            // An application that answers something has not thereby passed its health check.
            #expect(findings.map(\.verdict) == [dependency == .http && verdict == .ok ? .unknown : verdict])
            #expect(findings[0].summary.hasSuffix("connect: it broke"))
        }
    }

    @Test func aHealthCheckThatWasNotPassedSaysWhatItAnswered() {
        var watch = Watch(only: ["InstanceDown"])
        let body = Evidence.fact("http.health.body", "Health", "it answered: degraded")
        let findings = watch.sweep(seen(target(.http), at(0), [sample("diag_http_health_up", 0)], evidence: [body]))
        #expect(findings.map(\.summary) == ["health check fails: it answered: degraded"])
    }

    @Test func aHealthCheckThatWasNotMadeIsUnknown() {
        var watch = Watch(only: ["InstanceDown"])
        let gap = Gap(Metric("diag_http_health_up", .gauge, ""), "every path asked for a token")
        let findings = watch.sweep(seen(target(.http), at(0), gaps: [gap]))
        #expect(findings.map(\.verdict) == [.unknown])
        #expect(findings.map(\.summary) == ["every path asked for a token"])
    }

    @Test func oneStandbyThatIsMissingIsUnknownBesideAnotherThatIsWell() {
        var watch = Watch(only: ["PostgreSQLReplicationLag"])
        let metric = "diag_postgresql_replication_lag_seconds"
        func lag(_ name: String, _ seconds: Double) -> Sample { sample(metric, seconds, ["application_name": name]) }
        _ = watch.sweep(seen(target(.postgresql), minute(0), [lag("a", 0), lag("b", 143)]))
        let gap = Gap(Metric(metric, .gauge, ""), "standby b is not connected")
        let findings = watch.sweep(seen(target(.postgresql), minute(1), [lag("a", 0)], gaps: [gap]))
        #expect(findings.map(\.verdict) == [.firing, .ok])
        #expect(findings[0].summary.hasPrefix("b lag 143 s > 30 s; last seen at"))
        var first = Watch(only: ["PostgreSQLReplicationLag"])
        let fresh = first.sweep(seen(target(.postgresql), minute(1), [lag("a", 0)], gaps: [gap]))
        #expect(fresh.map(\.summary) == ["standby b is not connected", "a lag 0 s ≤ 30 s"])
    }

    @Test func tooManyClientsIsTheAlertItself() throws {
        var watch = Watch(only: ["PostgreSQLConnectionsExhausted"])
        let refused = failed(target(.postgresql), at(0), .server(code: "53300"), "sorry, too many clients already")
        let finding = try #require(watch.sweep(refused).first)
        #expect(finding.verdict == .firing)
        #expect(finding.summary == "connections 100.0 % > 90 % (sorry, too many clients already)")
        #expect(watch.sweep(failed(target(.postgresql), at(60), .server(code: "57P03"))).map(\.verdict) == [.firing])
        var other = Watch(only: ["PostgreSQLConnectionsExhausted"])
        #expect(other.sweep(failed(target(.postgresql), at(0), .refused)).map(\.verdict) == [.unknown])
    }

    @Test func withoutATargetOfItsKindAnAlertDoesNotApply() {
        var watch = Watch()
        let findings = watch.sweep(seen(target(.host), at(0), [sample("diag_host_memory_used_ratio", 0.1)]))
        #expect(Set(findings.map(\.alert)) == Set(Catalogue.alerts.map(\.name)))
        #expect(findings.verdicts("RedisMemoryFull") == [.notApplicable])
        #expect(findings.verdicts("HighMemoryUsage") == [.ok])
        #expect(findings.verdicts("DiskSpaceLow") == [.unknown])
    }

    @Test func aLogThatIsNotWatchedForLoginsSaysNothingAboutThem() {
        var watch = Watch(only: ["AuthFailuresSpike", "RateLimitTriggered"])
        let findings = watch.sweep(seen(target(.log), at(0), [sample("diag_log_rate_limit_hits", 0)]))
        #expect(findings.verdicts("AuthFailuresSpike") == [.notApplicable])
        #expect(findings.verdicts("RateLimitTriggered") == [.ok])
    }

    @Test func aLogThatCannotBeReadIsUnknown() {
        var watch = Watch(only: ["AuthFailuresSpike", "RateLimitTriggered"])
        #expect(watch.sweep(failed(target(.log), at(0), .refused)).map(\.verdict) == [.unknown, .unknown])
    }

    @Test func theLogSpeaksForACounterThatIsNotServed() {
        var watch = Watch(only: ["AuthFailuresSpike"])
        let gap = Gap(Metric("diag_application_auth_failures_total", .counter, ""), "no auth_failures_total")
        let findings = watch.sweep(
            seen(target(.log), at(0), [sample("diag_log_auth_failures", 143)]), seen(target(.http), at(0), gaps: [gap]))
        #expect(findings.map(\.verdict) == [.firing, .notApplicable])
        #expect(findings.map(\.source) == ["log", "counter"])
        #expect(findings[0].summary == "143 failures in 5 min > 100")
        #expect(findings[1].summary == "no auth_failures_total; judged by log instead")
    }

    @Test func anApplicationThatIsDownIsNotSpokenForByTheLog() {
        var watch = Watch(only: ["AuthFailuresSpike"])
        let findings = watch.sweep(
            seen(target(.log), at(0), [sample("diag_log_auth_failures", 1)]), failed(target(.http), at(0), .refused))
        #expect(findings.map(\.verdict) == [.unknown, .ok])
    }

    @Test func whatATargetTellsNothingOfIsSaidOnce() {
        var watch = Watch(only: ["DebateTimeout", "DiskSpaceLow"])
        let findings = watch.sweep(seen(target(.http), at(0)), failed(target(.host), at(0), .local))
        #expect(findings.verdicts("DebateTimeout") == [.unknown])
        #expect(
            findings.of("DebateTimeout").map(\.summary) == [
                "diag_application_slow_debates was not measured; diag_application_debates_total was not measured"
            ])
        #expect(findings.of("DiskSpaceLow").map(\.summary) == ["connect: it broke"])
    }

    @Test func oneApplicationDoesNotSpeakForAnother() {
        var watch = Watch(only: ["DebateTimeout"])
        let findings = watch.sweep(
            seen(target(.http, "a"), at(0), [sample("diag_application_slow_debates", 0)]),
            seen(target(.http, "b"), at(0)))
        #expect(findings.first { $0.target?.name == "b" }?.verdict == .unknown)
        #expect(findings.filter { $0.target?.name == "a" }.map(\.verdict) == [.ok, .notApplicable])
    }

    @Test func aSpikeSomewhereInAnHourIsToldApartFromAnHoursTotal() {
        func failures(_ time: Timestamp, _ count: Double) -> Observation {
            seen(target(.http), time, [sample("diag_application_auth_failures_total", count, ["reason": "x"])])
        }
        for (count, verdict) in [(90.0, Verdict.ok), (150, .unknown), (1300, .firing)] {
            var watch = Watch(only: ["AuthFailuresSpike"])
            _ = watch.sweep(failures(minute(0), 0))
            let finding = watch.sweep(failures(minute(60), count))[0]
            #expect(finding.verdict == verdict)
        }
        var watch = Watch(only: ["AuthFailuresSpike"])
        _ = watch.sweep(failures(minute(0), 0))
        #expect(
            watch.sweep(failures(minute(60), 150))[0].summary
                == "150 in 1 h: whether that was > 100 cannot be told; sweep more often")
    }

    @Test func aMinimumOfRequestsCanBeAskedFor() {
        for (minimum, verdict) in [(nil, Verdict.firing), (20, .ok), (10, .firing)] as [(Double?, Verdict)] {
            let override = AlertOverride(holdFor: .zero, minimumRequests: minimum)
            var watch = Watch(["HighErrorRate": override], only: ["HighErrorRate"])
            _ = watch.sweep(ExpressionTests.requests(minute(0), good: 0, bad: 0))
            #expect(watch.sweep(ExpressionTests.requests(minute(1), good: 5, bad: 5)).map(\.verdict) == [verdict])
        }
    }

    @Test func theWorstComesFirstAndTheOrderIsFixed() {
        let observations = [
            seen(target(.redis, "cache"), at(0), [sample("diag_redis_memory_used_ratio", 0.99)]),
            seen(target(.log, "log"), at(0), [sample("diag_log_rate_limit_hits", 3)]),
            seen(target(.host, "host"), at(0), [sample("diag_host_memory_used_ratio", 0.99)]),
            failed(target(.tls, "b"), at(0), .timedOut), failed(target(.tls, "a"), at(0), .timedOut),
        ]
        let judgement = Judgement()
        let findings = judgement.judge(observations, history: SeriesHistory(), states: [:], now: at(0)).findings
        let told = findings.prefix(5).map { "\($0.verdict) \($0.severity) \($0.target?.name ?? "")" }
        #expect(told == ["firing P1 cache", "firing P3 log", "pending P2 host", "unknown P2 host", "unknown P2 host"])
        let again = judgement.judge(observations.reversed(), history: SeriesHistory(), states: [:], now: at(0)).findings
        #expect(again == findings)
        #expect(findings.of("CertificateExpiringSoon").map(\.target?.name) == ["a", "b"])
    }

    @Test func statesOfTargetsThatWereNotLookedAtStayAsTheyWere() {
        var watch = Watch(only: ["RedisMemoryFull"])
        _ = watch.sweep(seen(target(.redis, "a"), at(0), [sample("diag_redis_memory_used_ratio", 0.99)]))
        let before = watch.states
        _ = watch.sweep(seen(target(.redis, "b"), at(60), [sample("diag_redis_memory_used_ratio", 0.1)]))
        #expect(watch.states == before)
        #expect(before.count == 1)
    }

    @Test func evidenceAndNextStepsAreThoseOfTheAlert() throws {
        var watch = Watch(only: ["DiskSpaceLow"])
        let disk = sample("diag_host_filesystem_used_ratio", 0.9, ["mountpoint": "/var/my data; rm -rf ~"])
        let evidence: [Evidence] = [.fact("host.filesystem.all", "Disks", "full"), .fact("host.cpu", "CPU", "idle")]
        let finding = try #require(watch.sweep(seen(target(.host, "web-1"), at(0), [disk], evidence: evidence)).first)
        #expect(finding.evidence.map(\.id) == ["host.filesystem.all"])
        #expect(finding.nextSteps[0].command == "diag host web-1")
        #expect(finding.nextSteps[2].command == "find '/var/my data; rm -rf ~' -xdev -type f -size +100M")
    }

    @Test(arguments: [
        ("plain/path-1.0", "plain/path-1.0"), ("it's", #"'it'\''s'"#), ("-rf", "'-rf'"), ("", "''"),
        ("$(id)", "'$(id)'"),
    ])
    func serversTextIsQuotedForTheShell(text: String, quoted: String) { #expect(Placeholders.quoted(text) == quoted) }

    @Test func exitStatusesAreTheWorstOfAll() {
        func status(_ observations: Observation...) -> Runbook.ExitStatus {
            let only = ["RedisMemoryFull", "HighMemoryUsage", "RateLimitTriggered"].map(Selection.Word.alert)
            let judgement = Judgement(selection: Selection(only: only, skip: []))
            return Runbook.ExitStatus(judgement.judge(observations, history: nil, states: nil, now: at(0)).findings)
        }
        let redis = { seen(target(.redis), at(0), [sample("diag_redis_memory_used_ratio", $0)]) }
        let limited = seen(target(.log), at(0), [sample("diag_log_rate_limit_hits", 1)])
        let lost = failed(target(.redis, "lost"), at(0), .refused)
        let short = seen(target(.host), at(0), [sample("diag_host_memory_used_ratio", 0.99)])
        #expect(status(redis(0.1)) == .ok)
        #expect(status(redis(0.1), lost) == .unknown)
        #expect(status(limited, lost) == .warning)
        #expect(status(short, lost) == .warning, "pending")
        #expect(status(redis(0.99), limited, lost) == .critical)
        #expect(Runbook.ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3])
    }
}

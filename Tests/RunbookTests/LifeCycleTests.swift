import Diagnostics
import Testing

@testable import Runbook

@Suite("The life of an alert")
struct LifeCycleTests {
    static func memory(_ time: Timestamp, _ used: Double) -> Observation {
        seen(
            target(.host), time, [sample("diag_host_memory_used_ratio", used)],
            evidence: [.fact("host.memory", "Memory", "\(used) used")])
    }

    static func life(_ used: [Double?], every seconds: Double = 60, _ override: AlertOverride = AlertOverride())
        -> [Finding]
    {
        var watch = Watch(["HighMemoryUsage": override], only: ["HighMemoryUsage"])
        return used.enumerated().map { place, used in
            let time = at(Double(place) * seconds)
            return watch.sweep(used.map { memory(time, $0) } ?? failed(target(.host), time, .timedOut))[0]
        }
    }

    @Test func fiveMinutesHavePassedAtTheSixthSweep() {
        let findings = Self.life(Array(repeating: 0.9, count: 7))
        #expect(findings.map(\.verdict) == Array(repeating: .pending, count: 5) + [.firing, .firing])
        #expect(findings[5].since == minute(5))
        #expect(findings[5].began == minute(0))
        #expect(findings[1].summary == "memory 90.0 % > 85 %; must hold 5 min, has held 1 min")
    }

    @Test func sweepsThatBeginALittleEarlyDoNotCostAnother() {
        #expect(Self.life(Array(repeating: 0.9, count: 6), every: 59.5).last?.verdict == .firing)
    }

    @Test func oneGoodReadingBeginsTheWaitAnew() {
        let findings = Self.life([0.9, 0.9, 0.9, 0.9, 0.5, 0.9, 0.9, 0.9])
        #expect(findings.map(\.verdict) == [.pending, .pending, .pending, .pending, .ok, .pending, .pending, .pending])
    }

    @Test func notBeingAbleToLookDoesNotBeginItAnew() {
        let findings = Self.life([0.9, 0.9, nil, 0.9, 0.9, 0.9])
        #expect(findings.map(\.verdict) == [.pending, .pending, .unknown, .pending, .pending, .firing])
    }

    @Test func twoReadingsAnHourApartBridgeTheHourAndADayApartDoNot() {
        #expect(Self.life([0.9, 0.9], every: 3600).map(\.verdict) == [.pending, .firing])
        #expect(Self.life([0.9, 0.9], every: 86400).map(\.verdict) == [.pending, .pending])
    }

    @Test func whatFiresGoesOnFiringWhileNobodyCanTell() {
        let findings = Self.life([0.9, nil, nil, 0.5], AlertOverride(holdFor: .zero))
        #expect(findings.map(\.verdict) == [.firing, .firing, .firing, .ok])
        #expect(
            findings[2].summary
                == "memory 90.0 % > 85 %; last seen at \(minute(0)), unknown since: connect: it broke")
        #expect(findings[3].resolved == minute(3))
    }

    @Test func aResolvedAlertIsToldOfForAWhile() {
        let findings = Self.life([0.9] + Array(repeating: 0.5, count: 18), AlertOverride(holdFor: .zero))
        #expect(findings[1].resolved == minute(1))
        #expect(findings[15].resolved == minute(1))
        #expect(findings[16].resolved == nil)
    }

    @Test func keepFiringForBridgesShortReliefs() {
        let override = AlertOverride(holdFor: .zero, keepFiringFor: .seconds(180))
        let findings = Self.life([0.9, 0.5, 0.5, 0.9, 0.5, 0.5, 0.5, 0.5], override)
        #expect(findings.map(\.verdict) == [.firing, .firing, .firing, .firing, .firing, .firing, .ok, .ok])
        #expect(findings.allSatisfy { $0.flaps == 0 })
        #expect(findings[2].summary == "memory 90.0 % > 85 %; last so at \(minute(0)), kept until \(minute(3))")
        #expect(findings[2].evidence.map(\.id) == ["host.memory", "alert.held"])
    }

    @Test func comingBackWithinAnHourIsCountedAsFlapping() {
        let findings = Self.life([0.9, 0.5, 0.9, 0.5, 0.9], AlertOverride(holdFor: .zero))
        #expect(findings.map(\.flaps) == [0, 0, 1, 1, 2])
        #expect(Self.life([0.9, 0.5, 0.9], every: 4000, AlertOverride(holdFor: .zero)).map(\.flaps) == [0, 0, 0])
    }

    @Test func aClockSetBackLeavesNothingInTheFuture() {
        var watch = Watch(only: ["HighMemoryUsage"])
        for place in 0..<6 { _ = watch.sweep(Self.memory(minute(100 + Double(place)), 0.9)) }
        let finding = watch.sweep(Self.memory(minute(0), 0.9))[0]
        #expect(finding.verdict == .firing)
        #expect(finding.since == minute(0))
        #expect(finding.began == minute(0))
    }

    @Test func withoutStatesWhatMustHoldIsPendingAndSaysWhy() {
        let result = Judgement(selection: Selection(only: [.alert("HighMemoryUsage")], skip: []))
            .judge([Self.memory(minute(0), 0.9)], history: nil, states: nil, now: minute(0))
        #expect(result.findings.map(\.verdict) == [.pending])
        #expect(result.findings.map(\.summary) == ["memory 90.0 % > 85 %; must hold 5 min; no history"])
    }

    @Test func whatVanishesResolves() {
        var watch = Watch(only: ["DiskSpaceLow"])
        func disk(_ path: String, _ used: Double) -> Sample {
            sample("diag_host_filesystem_used_ratio", used, ["mountpoint": path])
        }
        _ = watch.sweep(seen(target(.host), minute(0), [disk("/", 0.4), disk("/mnt", 0.9)]))
        let findings = watch.sweep(seen(target(.host), minute(1), [disk("/", 0.4)]))
        #expect(findings.map(\.verdict) == [.ok, .ok])
        #expect(findings.contains { $0.labels["mountpoint"] == "/mnt" && $0.resolved == minute(1) })
    }

    @Test func cpuOverTheTimeSinceTheLastSweepHasHeldAllThatTime() {
        var watch = Watch(only: ["HighCPUUsage"])
        func cpu(_ time: Timestamp, busy: Double) -> Observation {
            let capacity = sample("diag_host_cpu_capacity_seconds_total", time.seconds(since: at(0)) * 2)
            return seen(target(.host), time, [sample("diag_host_cpu_busy_seconds_total", busy), capacity])
        }
        let byMinute = (0...5).map { watch.sweep(cpu(minute(Double($0)), busy: Double($0) * 108))[0] }
        #expect(byMinute.map(\.verdict) == [.unknown, .pending, .pending, .pending, .pending, .firing])
        #expect(byMinute[0].summary == "needs a second sweep")
        #expect(byMinute[5].summary == "CPU 90.0 % > 80 %")
        watch = Watch(only: ["HighCPUUsage"])
        _ = watch.sweep(cpu(minute(0), busy: 0))
        #expect(watch.sweep(cpu(minute(60), busy: 7200 * 0.9))[0].verdict == .firing)
    }

    @Test func aDeadlockFiresOnceAndStaysVisible() {
        var watch = Watch(only: ["PostgreSQLDeadlocks"])
        func deadlocks(_ time: Timestamp, _ count: Double) -> Observation {
            let labels: Labels = ["datname": "app"]
            return seen(
                target(.postgresql), time, [sample("diag_postgresql_deadlocks_total", count, labels, identity: "1")])
        }
        #expect(watch.sweep(deadlocks(minute(0), 4)).map(\.verdict) == [.unknown])
        let fired = watch.sweep(deadlocks(minute(1), 6))
        #expect(fired.map(\.summary) == ["app 2 deadlocks (in 1 min)"])
        let later = (2...12).map { watch.sweep(deadlocks(minute(Double($0)), 6))[0].verdict }
        #expect(later == Array(repeating: .firing, count: 9) + [.ok, .ok])
    }
}

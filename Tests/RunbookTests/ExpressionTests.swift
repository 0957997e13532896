import Diagnostics
import Testing

@testable import Runbook

@Suite("Ratios, quantiles and changes")
struct ExpressionTests {
    static func requests(_ time: Timestamp, good: Double, bad: Double) -> Observation {
        seen(
            target(.http), time,
            [
                sample("diag_application_requests_total", good, ["code": "200"]),
                sample("diag_application_requests_total", bad, ["code": "503"]),
            ])
    }

    @Test func theErrorRateIsAShareOfWhatCameSince() throws {
        let elements = try evaluate(
            Catalogue.errorRate, after: [Self.requests(minute(0), good: 1000, bad: 500)],
            Self.requests(minute(1), good: 1095, bad: 505))
        #expect(elements.map(\.value) == [0.05])
    }

    @Test func noRequestsIsNotADivisionByZero() throws {
        let same = { Self.requests($0, good: 10, bad: 1) }
        let elements = try evaluate(Catalogue.errorRate, after: [same(minute(0))], same(minute(1)))
        #expect(elements == [Element(value: nil, note: "no requests")])
    }

    @Test func aRestartOfTheApplicationDoesNotLookLikeErrors() throws {
        let elements = try evaluate(
            Catalogue.errorRate, after: [Self.requests(minute(0), good: 1000, bad: 500)],
            Self.requests(minute(1), good: 99, bad: 1))
        #expect(elements.map(\.value) == [0.01])
    }

    @Test func anApplicationWithoutAnyErrorYetHasNone() throws {
        let only = { seen(target(.http), $0, [sample("diag_application_requests_total", $1, ["code": "200"])]) }
        #expect(try evaluate(Catalogue.errorRate, after: [only(minute(0), 5)], only(minute(1), 9)).map(\.value) == [0])
    }

    @Test(arguments: [
        ([10.0, 10, 10, 10], Quantile.Result.value(0.95)),
        ([0, 100, 100, 100], .value(1.95)),
        ([90, 94, 96, 100], .value(3.0)),
        ([90, 94, 94, 100], .above(4)),
        ([0, 0, 0, 7], .above(4)),
        ([0, 0, 0, 0], .noObservations),
        ([100, 99, 100, 100], .value(0.95)),
    ])
    func quantilesAreWhatPrometheusSays(counts: [Double], expected: Quantile.Result) {
        let bounds = [1, 2, 4, Double.infinity]
        let buckets = Dictionary(uniqueKeysWithValues: zip(bounds, counts))
        #expect(Quantile(share: 0.95).result(of: [buckets]) == expected)
    }

    @Test func seriesOfDifferentBucketsAreAddedWhereTheyMeanTheSame() {
        let fine: [Double: Double] = [0.5: 10, 1: 50, 2: 50, .infinity: 50]
        let coarse: [Double: Double] = [1: 50, .infinity: 50]
        #expect(Quantile(share: 0.5).result(of: [fine, coarse]) == .value(0.5))
        #expect(Quantile(share: 0.5).result(of: [[1: 5, .infinity: 5], [2: 5, .infinity: 5]]) == .malformed)
        #expect(Quantile(share: 0.5).result(of: [[1: 5]]) == .malformed)
        #expect(
            Quantile(share: 0.5).result(of: [[.infinity: 0]]) == .noObservations, "nothing observed, no buckets yet")
    }

    static func durations(_ time: Timestamp, _ counts: [String: Double]) -> Observation {
        seen(
            target(.http), time,
            counts.map { sample("diag_application_request_duration_seconds_bucket", $1, ["le": $0, "endpoint": "/a"]) })
    }

    @Test func aP95AboveTheLastBucketSaysSo() throws {
        var watch = Watch(only: ["APILatencyHigh"])
        _ = watch.sweep(Self.durations(minute(0), ["1": 5, "10": 5, "+Inf": 5]))
        let finding = try #require(watch.sweep(Self.durations(minute(1), ["1": 5, "10": 6, "+Inf": 50])).first)
        #expect(finding.verdict == .firing)
        #expect(finding.summary == "p95 10 s > 2 s (above the last bucket, so more than 10 s)")
    }

    @Test func aLastBucketBelowTheThresholdLeavesItOpen() throws {
        var watch = Watch(only: ["APILatencyHigh"])
        _ = watch.sweep(Self.durations(minute(0), ["1": 0, "+Inf": 0]))
        #expect(watch.sweep(Self.durations(minute(1), ["1": 6, "+Inf": 50])).map(\.verdict) == [.unknown])
    }

    @Test func withoutTrafficThereIsNoP95() throws {
        var watch = Watch(only: ["APILatencyHigh"])
        for time in [minute(0), minute(1)] {
            let findings = watch.sweep(Self.durations(time, ["1": 5, "+Inf": 5]))
            guard time > minute(0) else { continue }
            #expect(findings.map(\.summary) == ["p95 no requests"])
            #expect(findings.map(\.verdict) == [.ok])
        }
    }

    @Test func summariesStandInForAHistogram() throws {
        let summary = ["0.5", "0.95"].map {
            sample(
                "diag_application_request_duration_quantile_seconds", $0 == "0.95" ? 2.5 : 9,
                ["q": $0, "endpoint": "/a"])
        }
        var watch = Watch(only: ["APILatencyHigh"])
        let findings = watch.sweep(seen(target(.http), minute(0), summary))
        #expect(findings.map(\.verdict) == [.firing])
        #expect(findings.map(\.value) == [2.5])
    }

    @Test func matchersWorkAsInPromQL() {
        let labels: Labels = ["code": "503"]
        #expect(LabelMatcher("code", .fits, "5..").matches(labels))
        #expect(!LabelMatcher("code", .fits, "5.").matches(labels))
        #expect(LabelMatcher("code", .fits, "429|5..").matches(labels))
        #expect(!LabelMatcher("code", .fitsNot, "5..").matches(labels))
        #expect(LabelMatcher("code", .differs, "200").matches(labels))
        #expect(LabelMatcher("method", .equals, "").matches(labels))
        #expect("\(Series("m", [LabelMatcher("a", .fits, "x\"y")]))" == #"m{a=~"x\"y"}"#)
    }
}

@Suite("A master that changes")
struct MasterChangeTests {
    static func master(_ time: Timestamp, _ address: String, _ runID: String, _ epoch: Int) -> Observation {
        let labels: Labels = ["master": "mymaster", "address": address, "run_id": runID, "config_epoch": "\(epoch)"]
        return seen(target(.sentinel), time, [sample("diag_redis_sentinel_master_info", 1, labels)])
    }

    @Test(
        arguments: [
            // address, run id, epoch after; what is said of the change from 10.0.0.1:6379, run id a, epoch 3
            ("10.0.0.1:6379", "a", 3, nil),
            ("redis-1.internal:6379", "a", 3, nil),
            ("redis-1.internal:6379", "", 3, nil),
            ("10.0.0.2:6379", "b", 4, "10.0.0.1:6379 → 10.0.0.2:6379 (config epoch 3 → 4)"),
            ("10.0.0.2:6379", "", 4, "10.0.0.1:6379 → 10.0.0.2:6379 (config epoch 3 → 4)"),
            ("10.0.0.1:6379", "a", 5, "failed over and back to 10.0.0.1:6379 (config epoch 3 → 5)"),
            ("10.0.0.1:6379", "b", 3, "the master at 10.0.0.1:6379 was restarted: another run id, no failover"),
            ("10.0.0.1:6379", "a", 0, nil),
        ] as [(String, String, Int, String?)])
    func runIDsAndEpochsDecide(address: String, runID: String, epoch: Int, change: String?) throws {
        let element = try #require(
            try evaluate(
                Catalogue.masterChange, after: [Self.master(minute(0), "10.0.0.1:6379", "a", 3)],
                Self.master(minute(1), address, runID, epoch)
            ).first)
        #expect(element.value == (change == nil ? 0 : 1))
        #expect(element.note == change ?? address)
        #expect(element.labels == ["master": "mymaster"])
    }

    @Test func theFirstSightIsABaseline() {
        var watch = Watch(only: ["RedisSentinelFailover"])
        let findings = watch.sweep(Self.master(minute(0), "10.0.0.1:6379", "a", 3))
        #expect(findings.map(\.verdict) == [.ok])
        #expect(findings.map(\.summary) == ["mymaster master unchanged: first sight: 10.0.0.1:6379"])
    }

    @Test func withoutHistoryNobodyCanTell() {
        let seen = Self.master(minute(0), "10.0.0.1:6379", "a", 3)
        let result = Judgement(selection: Selection(only: [.alert("RedisSentinelFailover")], skip: []))
            .judge([seen], history: nil, states: nil, now: minute(0))
        #expect(result.findings.map(\.verdict) == [.unknown])
        #expect(result.states.isEmpty)
    }

    @Test func aChangeStaysVisibleForTenMinutesWithOldAndNew() throws {
        var watch = Watch(only: ["RedisSentinelFailover"])
        _ = watch.sweep(Self.master(minute(0), "10.0.0.1:6379", "a", 3))
        let verdicts = (1...12).map { watch.sweep(Self.master(minute(Double($0)), "10.0.0.2:6379", "b", 4))[0] }
        #expect(verdicts.map(\.verdict) == Array(repeating: .firing, count: 10) + [.ok, .ok])
        #expect(verdicts[0].summary == "mymaster master changed: 10.0.0.1:6379 → 10.0.0.2:6379 (config epoch 3 → 4)")
        #expect(verdicts[9].summary.hasPrefix(verdicts[0].summary + "; last so at "))
        #expect(verdicts[10].resolved == minute(11))
    }

    @Test func theMessageSaysWhetherTheNewMasterIsWell() {
        var watch = Watch(only: ["RedisSentinelFailover"])
        _ = watch.sweep(Self.master(minute(0), "10.0.0.1:6379", "a", 3))
        func sweep(_ minutes: Double, _ health: String) -> String {
            let seen = Self.master(minute(minutes), "10.0.0.2:6379", "b", 4)
            let fact = Evidence.fact("sentinel.master.mymaster", "Master of mymaster", health)
            return watch.sweep(
                Observation(
                    target: seen.target, started: seen.started, duration: seen.duration, samples: seen.samples,
                    evidence: [fact]))[0].summary
        }
        let change = "mymaster master changed: 10.0.0.1:6379 → 10.0.0.2:6379 (config epoch 3 → 4); "
        #expect(sweep(1, "the master for 2 s; it does not answer") == change + "the master for 2 s; it does not answer")
        // As long as it is told, how it is by then.
        let later = sweep(2, "the master for 62 s; it answers; 1 of 1 replica in step")
        #expect(later.hasPrefix(change + "last so at "))
        #expect(later.hasSuffix("; now: the master for 62 s; it answers; 1 of 1 replica in step"))
        #expect(!later.contains("does not answer"))
    }

    @Test func changesAreNotComparedAcrossAClockSetBack() {
        var watch = Watch(only: ["RedisSentinelFailover"])
        _ = watch.sweep(Self.master(minute(100), "10.0.0.1:6379", "a", 3))
        #expect(watch.sweep(Self.master(minute(0), "10.0.0.2:6379", "b", 4)).map(\.verdict) == [.ok])
    }
}

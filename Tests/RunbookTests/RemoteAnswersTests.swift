import Diagnostics
import Testing

@testable import Runbook

@Suite("What a Prometheus knows of the time before")
struct RemoteAnswersTests {
    private static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
    private static let target = Target(kind: .http, name: "app", address: "h")
    private static let requests = Metric("diag_application_requests_total", .counter, "Requests.")

    private static let first = Observation(
        target: target, started: now, duration: .zero,
        samples: [Sample(requests, 900, labels: ["code": "200"]), Sample(requests, 100, labels: ["code": "500"])])

    private func answers(
        _ values: [RemoteAnswers.Question.Aspect: Double], otherwise reason: String = "nothing there"
    ) -> RemoteAnswers {
        let pairs = values.map { aspect, value in
            let question = RemoteAnswers.Question(Catalogue.errorRate, at: .http, aspect)
            return (question, ["app": RemoteAnswers.Answer.success([question.element([:], value)])])
        }
        return RemoteAnswers(Dictionary(uniqueKeysWithValues: pairs), otherwise: reason)
    }

    private func judge(
        _ remote: RemoteAnswers, states: [AlertState.Key: AlertState] = [:], history: SeriesHistory = SeriesHistory()
    ) throws -> Finding {
        let judgement = Judgement(selection: try Selection(only: ["HighErrorRate"], skip: [String]()))
        let result = judgement.knowing(remote).judge([Self.first], history: history, states: states, now: Self.now)
        return try #require(result.findings.first)
    }

    @Test func nobodyAskedIsUnknownAsEver() throws {
        let finding = try judge(.none)
        #expect(finding.verdict == .unknown)
        #expect(finding.summary == "needs a second sweep")
        #expect(finding.answeredBy == nil)
    }

    @Test func aFirstSweepNeedsNoHistory() throws {
        let finding = try judge(answers([.value: 0.01]))
        #expect(finding.verdict == .ok)
        #expect(finding.summary == "errors 1.0 % ≤ 5 % (by Prometheus)")
        #expect(finding.answeredBy == .prometheus)
    }

    @Test func whatHasHeldLongEnoughFiresAtOnce() throws {
        let minutes = Duration.seconds(300)
        let pending = try judge(answers([.value: 0.1]))
        #expect(pending.verdict == .pending)
        let held: [RemoteAnswers.Question.Aspect: Double] = [
            .value: 0.1, .extreme(over: minutes, isHighest: false): 0.06, .evaluations(over: minutes): 5,
        ]
        let firing = try judge(answers(held))
        #expect(firing.verdict == .firing)
        #expect(firing.began == Self.now - 300)
        var dipped = held
        dipped[.extreme(over: minutes, isHighest: false)] = 0.04
        #expect(try judge(answers(dipped)).verdict == .pending)
        var young = held
        young[.evaluations(over: minutes)] = 2
        #expect(try judge(answers(young)).verdict == .pending)
    }

    @Test func whoDoesNotAnswerMakesNothingWell() throws {
        let finding = try judge(RemoteAnswers([:], otherwise: "Prometheus at x: Connection refused"))
        #expect(finding.verdict == .unknown)
        #expect(finding.summary == "needs a second sweep; Prometheus at x: Connection refused")
    }

    @Test func aShareOfNothingIsAFact() throws {
        let finding = try judge(answers([.value: .nan]))
        #expect(finding.verdict == .ok)
        #expect(finding.summary.contains("no requests, by Prometheus"))
    }

    @Test func theHistoryOfOnesOwnComesFirst() throws {
        var history = SeriesHistory()
        history.add(
            Observation(
                target: Self.target, started: Self.now - 60, duration: .zero,
                samples: [
                    Sample(Self.requests, 0, labels: ["code": "200"]),
                    Sample(Self.requests, 100, labels: ["code": "500"]),
                ]))
        let finding = try judge(answers([.value: 0.9]), history: history)
        #expect(finding.verdict == .ok)
        #expect(finding.answeredBy == .history)
    }

    /// What fires here is over only when it was seen to be over here.
    @Test func whatFiresHereIsNotEndedFromAfar() throws {
        let key = AlertState.Key(alert: "HighErrorRate", target: TargetID(Self.target), source: "", labels: [:])
        let held = AlertState.Held(time: Self.now - 600, summary: "errors 20.0 % > 5 %", value: 0.2)
        let firing = AlertState(phase: .firing, since: Self.now - 900, began: Self.now - 1200, held: held)
        for remote in [answers([.value: 0.01]), answers([:])] {
            let finding = try judge(remote, states: [key: firing])
            #expect(finding.verdict == .firing)
            #expect(finding.since == Self.now - 900)
        }
    }

    @Test func questionsAreThoseThatLookBackOrMustHold() throws {
        let questions = Catalogue.alerts.questionsOfThePast(at: [.http, .host])
        let words = questions.map {
            $0.promQL(in: PromQLScope(identity: ["target"], namesKind: true, fillsParts: true))
        }
        #expect(words.contains { $0.hasPrefix("histogram_quantile(0.95") || $0.hasPrefix("(histogram_quantile(0.95") })
        #expect(words.contains(#"min_over_time((diag_host_memory_used_ratio{kind="host"})[5m:1m])"#))
        #expect(!words.contains { $0.contains("postgresql") })
        #expect(Catalogue.alerts.questionsOfThePast(at: []).isEmpty)
    }
}

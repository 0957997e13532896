import Diagnostics
import Testing

@testable import Runbook

@Suite("Conditions of the configuration's own")
struct OwnConditionTests {
    private func watch(_ condition: OwnCondition) -> Watch {
        var overrides = Overrides.none
        overrides.own = [condition]
        var watch = Watch()
        watch.judgement = Judgement(
            overrides, selection: Selection(only: [.alert(condition.name)], skip: []))
        return watch
    }

    @Test func areJudgedAsTheOthersAre() {
        var condition = OwnCondition("OrdersWaiting", at: .postgresql, metric: "orders_waiting", is: .above, 100)
        condition.match = ["queue": "mail"]
        condition.holdFor = .seconds(60)
        condition.nextSteps = [NextStep("See them", "psql -h {host}", changesSomething: false)]
        var watch = watch(condition)
        func sweep(_ minutes: Double, _ waiting: Double) -> [Finding] {
            watch.sweep(
                seen(
                    target(.postgresql), minute(minutes),
                    [
                        sample("orders_waiting", waiting, ["queue": "mail"]),
                        sample("orders_waiting", 1e6, ["queue": "other"]),
                    ]))
        }
        #expect(sweep(0, 100).map(\.summary) == ["mail orders_waiting 100 ≤ 100"])
        #expect(sweep(1, 120).map(\.verdict) == [.pending])
        let firing = sweep(2, 120)
        #expect(firing.map(\.verdict) == [.firing])
        #expect(firing.first?.summary == "mail orders_waiting 120 > 100")
        #expect(firing.first?.nextSteps.first?.command == "psql -h 10.0.0.1")
    }

    @Test func countersAreJudgedByTheirGrowth() {
        var condition = OwnCondition(
            "MuchWritten", at: .postgresql, metric: "written_bytes_total", is: .above, 1_048_576)
        condition.growth = .seconds(300)
        var watch = watch(condition)
        func sweep(_ minutes: Double, _ bytes: Double) -> [Finding] {
            watch.sweep(seen(target(.postgresql), minute(minutes), [sample("written_bytes_total", bytes)]))
        }
        #expect(sweep(0, 1e9).map(\.verdict) == [.unknown])
        #expect(sweep(1, 1e9 + 2_097_152).map(\.summary) == ["written_bytes_total in 5 min 2.0 MiB > 1 MiB"])
    }

    @Test func canBeExplained() {
        let condition = OwnCondition("Slow", at: .http, metric: "slow_ratio", is: .below, 0.5)
        let explanation = Explanation(Alert(condition))
        #expect(explanation.ways.map(\.rule) == ["slow_ratio less than 50 %"])
        #expect(explanation.ways.map(\.promQL) == ["slow_ratio < 0.5"])
    }
}

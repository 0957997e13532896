import Diagnostics
import PostgreSQL
import Runbook

extension [PostgreSQLProbe.Question] {
    /// What a sweep asks of a server so that these alerts can be judged there.
    ///
    /// - Parameter lockGraphs: get the graph of who waits for whom, for those who draw it.
    static func measuring(_ alerts: [Alert], for target: Target, _ lockGraphs: LockGraphs?) -> Self {
        let usual = PostgreSQLProbe.Question.sweep(measuring: alerts.metrics(at: .postgresql))
        guard let lockGraphs else { return usual }
        return usual + [.lockGraph { lockGraphs.add($0, of: target) }]
    }
}

extension [Alert] {
    /// The names of all that must be measured at a target of that kind so that they can be judged.
    func metrics(at kind: Target.Kind) -> Set<String> {
        flatMap(\.conditions).filter { $0.kind == kind }.map(\.expression.metrics).reduce(into: []) { $0.formUnion($1) }
    }
}

extension PostgreSQLSettings {
    /// With transactions shown as long from where an alert calls them so: its evidence must not be empty.
    func showing(_ alerts: [Alert]) -> PostgreSQLSettings {
        let names = ["PostgreSQLLongTransaction", "PostgreSQLIdleInTransaction"]
        let thresholds = alerts.filter { names.contains($0.name) }.map(\.threshold)
        var settings = self
        if let least = thresholds.min() { settings.transactionThreshold = min(transactionThreshold, .seconds(least)) }
        return settings
    }
}

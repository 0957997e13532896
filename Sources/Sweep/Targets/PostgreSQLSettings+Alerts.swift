import Diagnostics
import PostgreSQL
import Runbook

extension [PostgreSQLProbe.Question] {
    /// What a sweep asks of a server so that these alerts can be judged there.
    ///
    /// - Parameter lockGraphs: get the graph of who waits for whom, for those who draw it.
    static func measuring(_ alerts: [Alert], for target: Target, _ lockGraphs: LockGraphs?) -> Self {
        let metrics = alerts.flatMap(\.conditions).filter { $0.kind == .postgresql }.map(\.expression.metrics)
        let usual = PostgreSQLProbe.Question.sweep(measuring: metrics.reduce(into: []) { $0.formUnion($1) })
        guard let lockGraphs else { return usual }
        return usual + [.lockGraph { lockGraphs.add($0, of: target) }]
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

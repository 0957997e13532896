import Diagnostics

/// Who of the service's parties is in trouble: providers of models, and logins that fail.
extension ApplicationFacts {
    /// Each provider or agent with its calls, failures and refusals, and what is left of its quota.
    var agents: Evidence? {
        let columns: [(name: String, source: Source?)] = [
            ("left", source(.quotaRemaining)), ("refused", source(.agentRateLimits)), ("errors", source(.agentErrors)),
            ("calls", source(.agentCalls)),
        ]
        let names = Set(columns.flatMap { $0.source?.series.keys.compactMap(\.main) ?? [] })
        guard !names.isEmpty else { return nil }
        let rows = names.map { name -> (least: Double, name: String, cells: [Cell]) in
            let values = columns.map { $0.source?.sum(of: name) }
            return (values[0] ?? .infinity, name, [.text(name)] + values.map { $0.map(Cell.number) ?? .none })
        }
        let ranked = rows.sorted { ($0.least, $0.name) < ($1.least, $1.name) }
        return .table(
            "http.agents", "Providers and agents, calls \(since)",
            columns: ["provider"] + columns.map { Table.Column($0.name) },
            rows: ranked.prefix(Self.shownRows).map(\.cells))
    }

    /// Failed authentications by endpoint and reason.
    var failedLogins: Evidence? {
        guard let source = authFailures, source.series.contains(where: { $0.value > 0 }) else { return nil }
        let ranked = source.series.filter { $0.value > 0 }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return .table(
            "http.auth", "Failed authentications \(since)", columns: ["endpoint", "reason", "failures"],
            rows: ranked.prefix(Self.shownRows).map { key, count in
                [key.endpoint.map(Cell.text) ?? .none, key.main.map(Cell.text) ?? .none, .number(count)]
            })
    }
}

extension ApplicationFacts.Source {
    /// nil when nothing of that name is counted.
    fileprivate func sum(of name: String) -> Double? {
        let values = series.filter { $0.key.main == name }.values
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}

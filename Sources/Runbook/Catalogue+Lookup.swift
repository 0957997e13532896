import Diagnostics

extension Catalogue {
    /// Conditions beside the runbook's, one table for each dependency; off unless they are named.
    public static let optional: [Alert] = (postgreSQL + redis + tls + network).map { alert in
        var alert = alert
        alert.isOptional = true
        return alert
    }

    /// The runbook's seventeen, then the optional ones.
    public static let all: [Alert] = alerts + optional

    /// The alert of that name, however its letters are cased.
    public static func alert(named name: String) -> Alert? { all.alert(named: name) }

    /// What to tell somebody who asked for an alert that does not exist.
    public static func unknownAlertMessage(_ name: String, among alerts: [Alert] = all) -> String {
        "there is no alert '\(name)'" + didYouMean(name, among: alerts.map(\.name))
    }
}

extension [Alert] {
    /// The alert of that name, however its letters are cased.
    public func alert(named name: String) -> Alert? {
        let name = name.lowercased()
        return first { $0.name.lowercased() == name }
    }

    /// How far their conditions look back, by metric. History keeps the readings of these metrics that are younger, and
    /// of each series the newest older one besides (it is what a sweep after a long pause counts from).
    public var lookback: [String: Duration] {
        Dictionary(flatMap(\.conditions).flatMap(\.lookback), uniquingKeysWith: Swift.max)
    }
}

extension Condition {
    var lookback: [(String, Duration)] { expression.lookback + (volume?.expression.lookback ?? []) }
}

extension Expression {
    /// The metrics of which earlier readings are needed, and for how long.
    var lookback: [(String, Duration)] {
        switch self {
        case .increase(let series, let span), .rate(let series, let span): [(series.metric, span.lookback)]
        case .changed(let series, _, _): [(series.metric, .zero)]
        case .aggregate(_, let inner, _), .quantile(_, let inner, _, _), .until(let inner),
            .unless(let inner, _, _, _):
            inner.lookback
        case .ratio(let part, let whole, _): part.lookback + whole.lookback
        case .either(let first, let second): first.lookback + second.lookback
        case .latest, .answered, .silent, .rejected: []
        }
    }
}

extension Expression.Span {
    /// A fifth more than the window, because a sweep doesn't begin to the second.
    var lookback: Duration {
        switch self {
        case .last(let window): window * 1.2
        case .sincePrevious: .zero
        }
    }
}

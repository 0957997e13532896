import Diagnostics

extension Expression {
    /// The same in Prometheus's language, for the metrics that diag exports: each target apart.
    ///
    /// - Parameters:
    ///   - kind: of the targets asked, for what is measured of every kind.
    ///   - identity: the labels that tell targets apart; every aggregation keeps them.
    public func promQL(of kind: Target.Kind? = nil, per identity: [String] = ["kind", "target"]) -> String {
        func promQL(_ inner: Expression) -> String { inner.promQL(of: kind, per: identity) }
        return switch self {
        case .latest(let series): "\(series)"
        case .increase(let series, let span): "increase(\(series)[\(span.promQL)])"
        case .rate(let series, let span): "rate(\(series)[\(span.promQL)])"
        case .changed(let series, let watching):
            "count without (\(watching.joined(separator: ", "))) (last_over_time(\(series)[10m])) - 1"
        case .aggregate(let aggregation, let inner, let labels):
            "\(aggregation.rawValue) by (\((identity + labels).joined(separator: ", "))) (\(promQL(inner)))"
        case .ratio(let part, let whole, _): "\(promQL(part)) / \(promQL(whole))"
        case .quantile(let share, let buckets, let labels, _):
            "histogram_quantile(\(share), sum by (\((identity + labels + ["le"]).joined(separator: ", "))) "
                + "(\(promQL(buckets))))"
        case .until(let time): "\(promQL(time)) - time()"
        case .unless(let inner, let series, let comparison, let bound):
            "(\(promQL(inner)) unless \(series) \(comparison.rawValue) \(Unit.shortest(bound)))"
        case .answered: "\(Series(TargetMetrics.up.name, Self.of(kind)))"
        case .silent: "\(Series(TargetMetrics.up.name, Self.of(kind))) == 0"
        case .rejected(let code):
            "\(Series(TargetMetrics.rejected.name, Self.of(kind) + [LabelMatcher("code", .equals, code)]))"
        case .either(let first, let second): "(\(promQL(first)) or \(promQL(second)))"
        }
    }
}

extension Expression {
    fileprivate static func of(_ kind: Target.Kind?) -> [LabelMatcher] {
        kind.map { [LabelMatcher("kind", .equals, $0.rawValue)] } ?? []
    }
}

extension Expression.Span {
    var promQL: String {
        switch self {
        case .last(let window), .sincePrevious(let window): window.promQL
        }
    }
}

extension Duration {
    /// `5m`, `90s`, `2h`.
    public var promQL: String {
        let seconds = components.seconds
        if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        return seconds > 0 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
    }
}

extension Condition {
    /// The alerting expression: the value against its threshold.
    public var promQL: String {
        let value = expression.promQL(of: kind)
        let left = expression.isSimple ? value : "(\(value))"
        return "\(left) \(comparison.rawValue) \(Unit.shortest(threshold))"
    }
}

extension Expression {
    /// True when a comparison can follow without parentheses for the reader's sake.
    fileprivate var isSimple: Bool {
        switch self {
        case .latest, .increase, .rate, .aggregate, .quantile, .answered, .rejected, .silent, .either, .unless: true
        case .ratio, .until, .changed: false
        }
    }
}

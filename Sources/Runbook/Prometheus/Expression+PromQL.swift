import Diagnostics

extension Expression {
    /// The same in Prometheus's language, for the metrics that diag exports: each target apart.
    ///
    /// Where the two cannot say the same:
    /// - `increase` extrapolates to the edges of its window (promql/functions.go, extrapolatedRate): with scrapes missing
    ///   there it is larger than what was counted, by up to the window over what they cover. Here whole events stay whole.
    ///   Ratios and quantiles are the same, as both of their sides are stretched alike.
    /// - A series that comes up within the window counts from its second value on; here from zero, as its birth was seen.
    /// - A quantile in the last bucket is that bucket's lower bound, here more than it.
    /// - A series that is gone ends an alert. Here an alert goes on firing until its condition was seen not to hold.
    ///
    /// - Parameter kind: of the targets asked, for what is measured of every kind.
    public func promQL(of kind: Target.Kind? = nil, in scope: PromQLScope = .targets) -> String {
        func promQL(_ inner: Expression) -> String { inner.promQL(of: kind, in: scope) }
        return switch self {
        case .latest(let series): scope.selector(series, kind)
        case .increase(let series, let span): "increase(\(scope.selector(series, kind))[\(scope.range(span))])"
        case .rate(let series, let span): "rate(\(scope.selector(series, kind))[\(scope.range(span))])"
        case .changed(let series, let watching, _): Self.changed(series, watching, kind, scope)
        case .aggregate(let aggregation, let inner, let labels):
            "\(aggregation.rawValue) by (\(scope.by(labels))) (\(promQL(inner)))"
        case .ratio(let part, let whole, _): Self.ratio(promQL(part), promQL(whole), scope)
        case .quantile(let share, let buckets, let labels, _):
            "histogram_quantile(\(share), sum by (\(scope.by(labels + ["le"]))) (\(promQL(buckets))))"
        case .until(let time): "\(promQL(time)) - time()"
        case .unless(let inner, let series, let comparison, let bound):
            "(\(promQL(inner)) unless \(scope.selector(series, kind)) \(comparison.rawValue) \(Unit.shortest(bound)))"
        case .answered: Self.target(TargetMetrics.up, kind, scope)
        case .silent: "(\(Self.target(TargetMetrics.up, kind, scope)) == 0)"
        case .rejected(let code):
            // Without the code, so that it is the same series as what it stands in for.
            "max without (code) (\(Self.target(TargetMetrics.rejected, kind, scope, ["code": code])))"
        case .either(let first, let second):
            "(\(promQL(first)) or on (\(scope.by())) \(promQL(second)))"
        }
    }

    /// As many as there were within the last step, less the one that is there now. A master's run id is unknown at first:
    /// run ids are counted apart, without the empty one.
    private static func changed(
        _ series: Series, _ watching: [String], _ kind: Target.Kind?, _ scope: PromQLScope
    ) -> String {
        let window = scope.range(.sincePrevious(window: .seconds(600)))
        func count(_ watched: [String], _ series: Series) -> String {
            let others = watching.filter { !watched.contains($0) }.joined(separator: ", ")
            let seen = "last_over_time(\(scope.selector(series, kind))[\(window)])"
            let grouped = others.isEmpty ? seen : "group without (\(others)) (\(seen))"
            return "count without (\(watched.joined(separator: ", "))) (\(grouped)) - 1"
        }
        let places = count(watching.filter { $0 != "run_id" }, series)
        guard watching.contains("run_id") else { return places }
        let known = Series(series.metric, series.matchers + [LabelMatcher("run_id", .differs, "")])
        return "\(places) > 0 or \(count(["run_id"], known))"
    }

    private static func ratio(_ part: String, _ whole: String, _ scope: PromQLScope) -> String {
        scope.fillsParts ? "(\(part) or \(whole) * 0) / \(whole)" : "\(part) / \(whole)"
    }

    /// Asked of the kind in any case: every kind has these.
    private static func target(
        _ metric: Metric, _ kind: Target.Kind?, _ scope: PromQLScope, _ labels: Labels = [:]
    ) -> String {
        var scope = scope
        scope.namesKind = true
        return scope.selector(Series(metric.name, labels.map { LabelMatcher($0.name, .equals, $0.value) }), kind)
    }
}

extension Duration {
    /// `5m`, `90s`, `2h`, `1500ms`.
    public var promQL: String {
        let milliseconds = Int64((seconds * 1000).rounded())
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)]
        where milliseconds > 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }
}

extension Condition {
    /// The alerting expression: the value against its threshold.
    public var promQL: String { promQL() }

    /// - Parameter minimum: how much the value has to speak for.
    public func promQL(in scope: PromQLScope = .targets, atLeast minimum: Double? = nil) -> String {
        let value = expression.promQL(of: kind, in: scope)
        let left = expression.isSimple ? value : "(\(value))"
        let compared = "\(left) \(comparison.rawValue) \(Unit.shortest(threshold))"
        guard let volume, let minimum else { return compared }
        let enough = volume.expression.promQL(of: kind, in: scope)
        let labels = scope.by(volume.expression.keptLabels)
        return "(\(compared)) and on (\(labels)) (\(enough) >= \(Unit.shortest(minimum)))"
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

    /// What an aggregation keeps beside what tells targets apart.
    fileprivate var keptLabels: [String] { if case .aggregate(_, _, let labels) = self { labels } else { [] } }

    /// Whether it tells of something that happened since the previous sweep, and of nothing before.
    var looksAtTheLastStep: Bool {
        if case .changed = self { return true }
        return speaksForTheStepBefore
    }

    /// Whether consecutive values speak for times that follow each other: the condition has then held since the one before.
    var speaksForTheStepBefore: Bool {
        switch self {
        case .increase(_, .sincePrevious), .rate(_, .sincePrevious): true
        case .aggregate(_, let inner, _), .until(let inner), .unless(let inner, _, _, _): inner.speaksForTheStepBefore
        case .ratio(_, let whole, _): whole.speaksForTheStepBefore
        case .either(let first, _): first.speaksForTheStepBefore
        case .latest, .increase, .rate, .changed, .quantile, .answered, .silent, .rejected: false
        }
    }
}

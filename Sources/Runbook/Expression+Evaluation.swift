import Diagnostics

extension Expression {
    /// The value in one scene.
    ///
    /// - Throws: `Unknown` with why there is none: the probe's failure, its gap, or that it takes a second sweep.
    public func evaluate(in scene: Scene) throws(Unknown) -> [Element] {
        switch self {
        case .latest(let series):
            try scene.samples(of: series).map { Element(labels: $0.labels, value: $0.value) }
        case .increase(let series, let span):
            try scene.growth(of: series, over: span, reach: span.isFixed ? Self.reach : .infinity)
                .map { Self.increase($0.labels, $0.growth, span, scene.time) }
        case .rate(let series, let span):
            try scene.growth(of: series, over: span, reach: Self.reach)
                .map { Self.rate($0.labels, $0.growth, span, scene.time) }
        case .changed(let series, let watching, let fact):
            try scene.changes(of: series, watching: watching).map { element in
                fact.map { scene.explained(element, by: $0) } ?? element
            }
        case .aggregate(let aggregation, let inner, let labels):
            Self.aggregate(aggregation, try inner.evaluate(in: scene), labels)
        case .ratio(let part, let whole, let empty):
            Self.ratio(try part.evaluate(in: scene), try whole.evaluate(in: scene), empty)
        case .quantile(let share, let buckets, let labels, let empty):
            try Self.quantile(Quantile(share: share), try buckets.evaluate(in: scene), labels, empty)
        case .until(let time):
            try time.evaluate(in: scene).map { $0.adding(-scene.now.secondsSinceEpoch) }
        case .unless(let inner, let series, let comparison, let bound):
            try Self.unless(try inner.evaluate(in: scene), series, comparison, bound, scene)
        case .answered: [try scene.answered()]
        case .silent: [try scene.silent()]
        case .rejected(let code): [try scene.rejected(code)]
        case .either(let first, let second): try Self.either(first, second, scene)
        }
    }

    /// What happened over more than a day says nothing about these minutes, in seconds.
    private static let reach = 86_400.0

    /// An increase over a stretch longer than was asked for is spread over it: at least that much fell into one window
    /// of it (the average), at most all of it.
    private static func increase(_ labels: Labels, _ growth: Growth, _ span: Span, _ now: Timestamp) -> Element {
        let seconds = now.seconds(since: growth.since)
        guard case .last(let window) = span, seconds > window.seconds * 1.1 else {
            return Element(
                labels: labels, value: growth.amount, since: span.covers(growth.since), note: span.told(seconds))
        }
        return Element(
            labels: labels, value: growth.amount * window.seconds / seconds, atMost: growth.amount,
            stretch: seconds)
    }

    private static func rate(_ labels: Labels, _ growth: Growth, _ span: Span, _ now: Timestamp) -> Element {
        Element(
            labels: labels, value: growth.amount / now.seconds(since: growth.since),
            since: span.covers(growth.since))
    }

    private static func aggregate(_ aggregation: Aggregation, _ elements: [Element], _ labels: [String]) -> [Element] {
        let groups = Dictionary(grouping: elements) { $0.labels.keeping(labels) }
        // The sum of nothing is zero: none of the series that would count has come up yet.
        if groups.isEmpty, aggregation == .sum, labels.isEmpty { return [Element(value: 0)] }
        return groups.sorted { $0.key < $1.key }.map { group, members in
            Element(
                labels: group, value: aggregation.apply(members.compactMap(\.value)),
                atMost: members.contains { $0.atMost != nil }
                    ? aggregation.apply(members.compactMap { $0.atMost ?? $0.value }) : nil,
                since: members.compactMap(\.since).max(), stretch: members.compactMap(\.stretch).max(),
                note: members.count == 1 || aggregation != .sum ? members.lazy.compactMap(\.note).first : nil)
        }
    }

    private static func ratio(_ parts: [Element], _ wholes: [Element], _ empty: String) -> [Element] {
        let byLabels = Dictionary(parts.map { ($0.labels, $0) }, uniquingKeysWith: { first, _ in first })
        return wholes.map { whole in
            guard let all = whole.value, all != 0 else { return Element(labels: whole.labels, value: nil, note: empty) }
            let part = byLabels[whole.labels]
            return Element(
                labels: whole.labels, value: (part?.value ?? 0) / all, since: whole.since, stretch: whole.stretch)
        }
    }

    private static func quantile(
        _ quantile: Quantile, _ buckets: [Element], _ labels: [String], _ empty: String
    ) throws(Unknown) -> [Element] {
        let groups = Dictionary(grouping: buckets) { $0.labels.keeping(labels) }
        if groups.isEmpty, labels.isEmpty { return [Element(value: nil, note: empty)] }
        var elements: [Element] = []
        for (group, members) in groups.sorted(by: { $0.key < $1.key }) {
            elements.append(try element(quantile.result(of: histograms(members)), group, empty))
        }
        return elements
    }

    /// The buckets of each series of a histogram: those that differ in nothing but `le`.
    private static func histograms(_ buckets: [Element]) -> [[Double: Double]] {
        Dictionary(grouping: buckets) { $0.labels.dropping(["le"]) }.values.map { members in
            Dictionary(
                members.compactMap { member in
                    member.labels["le"].flatMap { Double($0) }.map { ($0, member.value ?? 0) }
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    private static func element(
        _ result: Quantile.Result, _ labels: Labels, _ empty: String
    ) throws(Unknown) -> Element {
        switch result {
        case .value(let value): return Element(labels: labels, value: value)
        case .above(let bound):
            let note = "above the last bucket, so more than \(Unit.shortest(bound)) s"
            return Element(labels: labels, value: bound.nextUp, atMost: .infinity, note: note)
        case .noObservations: return Element(labels: labels, value: nil, note: empty)
        case .malformed: throw Unknown(.notServed, "the histogram's series have no buckets in common up to +Inf")
        }
    }

    private static func unless(
        _ elements: [Element], _ series: Series, _ comparison: Comparison, _ bound: Double, _ scene: Scene
    ) throws(Unknown) -> [Element] {
        let others = (try? scene.samples(of: series)) ?? []
        let excepted = Set(others.filter { comparison.holds($0.value, bound) }.map(\.labels))
        let left = elements.filter { !excepted.contains($0.labels) }
        guard left.isEmpty, !elements.isEmpty else { return left }
        throw Unknown(
            .notServed, "judged by another measure, as \(series) \(comparison.rawValue) \(Unit.shortest(bound))")
    }

    /// When both fail, the first one's reason counts, unless it is only not served while the second one may come to be.
    private static func either(_ first: Expression, _ second: Expression, _ scene: Scene) throws(Unknown) -> [Element] {
        do {
            return try first.evaluate(in: scene)
        } catch let reason {
            do {
                return try second.evaluate(in: scene)
            } catch let other {
                throw reason.cause == .notServed && other.cause == .needsHistory ? other : reason
            }
        }
    }
}

extension Expression.Aggregation {
    func apply(_ values: [Double]) -> Double? {
        switch self {
        case .sum: values.isEmpty ? nil : values.reduce(0, +)
        case .max: values.max()
        case .min: values.min()
        }
    }
}

extension Expression.Span {
    /// The beginning of the time a value speaks for, where consecutive values don't overlap: only then does one of
    /// them show that a condition has held all along.
    func covers(_ beginning: Timestamp) -> Timestamp? {
        if case .sincePrevious = self { beginning } else { nil }
    }

    var isFixed: Bool { if case .last = self { true } else { false } }

    /// The length of a span that nobody can know beforehand.
    func told(_ seconds: Double) -> String? {
        if case .sincePrevious = self { "in \(Units.seconds(seconds.rounded()))" } else { nil }
    }
}

extension Element {
    func adding(_ amount: Double) -> Element {
        var sum = self
        sum.value = value.map { $0 + amount }
        sum.atMost = atMost.map { $0 + amount }
        return sum
    }
}

import Diagnostics

extension Condition {
    enum Judgement: Sendable, Hashable {
        case holds, fine
        /// The value may be on either side of the threshold.
        case undecided
    }

    func judge(_ element: Element) -> Judgement {
        guard let value = element.value else { return .fine }
        guard !value.isNaN else { return .undecided }
        let holds = comparison.holds(value, threshold)
        guard let most = element.atMost, comparison.holds(most, threshold) != holds else {
            return holds ? .holds : .fine
        }
        return .undecided
    }

    /// The value beside the threshold: `CPU 93.1 % > 80 % (…)`.
    func sentence(_ element: Element) -> String {
        let note = remark(element).map { " (\($0))" } ?? ""
        guard let value = element.value else {
            return words(name(element.labels), quantity, element.note ?? "nothing to measure")
        }
        if case .state = unit {
            return words(name(element.labels), quantity, unit.text(value)) + (element.note.map { ": \($0)" } ?? "")
        }
        if case .days = unit, value < 0 { return "expired \(unit.text(-value)) ago" + note }
        let holds = comparison.holds(value, threshold)
        let against = "\(holds ? comparison.sign : comparison.opposite) \(unit.threshold(threshold))"
        let shown = unit.text(value, besides: threshold)
        return words(name(element.labels), quantity, shown, isAnyTooMany ? "" : against) + note
    }

    /// Why it cannot be told on which side of the threshold the value is.
    func doubt(_ element: Element) -> String {
        guard element.value?.isNaN == false, let note = remark(element) else { return "what was read is not a number" }
        let far = "\(comparison.sign) \(unit.threshold(threshold))"
        return "\(note): whether that was \(far) cannot be told; sweep more often"
    }

    /// What to say beside the value: its note, or how long the counting really took.
    private func remark(_ element: Element) -> String? {
        guard let stretch = element.stretch else { return element.note }
        let counted = element.atMost.map { "\(Unit.shortest($0)) " } ?? ""
        return "\(counted)in \(Units.seconds(stretch.rounded()))"
    }

    /// Whether the second element is the nearer to its threshold.
    func isFurther(_ left: Element, _ right: Element) -> Bool {
        let (a, b) = (left.value ?? -.infinity, right.value ?? -.infinity)
        return comparison == .above ? a < b : (left.value ?? .infinity) > (right.value ?? .infinity)
    }

    private var isAnyTooMany: Bool { if case .count = unit { threshold == 0 && comparison == .above } else { false } }

    /// What at the target, where there are several: a mount point, a database.
    private func name(_ labels: Labels) -> String {
        if namesAllLabels { return labels.map(\.value).joined(separator: " ") }
        let telling = [
            "mountpoint", "datname", "application_name", "slot_name", "provider", "agent", "master", "endpoint",
            "database", "file", "version", "replica", "error",
        ]
        return telling.lazy.compactMap { labels[$0] }.first ?? ""
    }

    private func words(_ words: String...) -> String { words.filter { !$0.isEmpty }.joined(separator: " ") }
}

extension Expression {
    /// The names of all metrics that it asks for.
    public var metrics: Set<String> {
        switch self {
        case .latest(let series), .increase(let series, _), .rate(let series, _), .changed(let series, _, _):
            [series.metric]
        case .aggregate(_, let inner, _), .quantile(_, let inner, _, _), .until(let inner): inner.metrics
        case .ratio(let first, let second, _), .either(let first, let second): first.metrics.union(second.metrics)
        case .unless(let inner, let series, _, _): inner.metrics.union([series.metric])
        case .answered, .silent, .rejected: []
        }
    }
}

import Diagnostics

/// A condition of the configuration's own on any metric: judged, explained and remembered as the catalogue's are.
public struct OwnCondition: Sendable, Hashable {
    /// As unique as those of the catalogue: `OrdersWaiting`.
    public var name: String
    public var kind: Target.Kind
    public var metric: String
    /// Labels that a series must have.
    public var match: Labels
    /// For a counter: judged by how much it grew in that time.
    public var growth: Duration?
    public var comparison: Comparison
    /// In the metric's base unit.
    public var threshold: Double
    public var severity: Severity
    public var holdFor: Duration
    public var keepFiringFor: Duration
    public var title: String
    public var meaning: String
    /// Beginnings of the ids of the evidence that belongs to it.
    public var evidence: [String]
    public var nextSteps: [NextStep]

    public init(
        _ name: String, at kind: Target.Kind, metric: String, is comparison: Comparison, _ threshold: Double
    ) {
        self.name = name
        self.kind = kind
        self.metric = metric
        self.comparison = comparison
        self.threshold = threshold
        match = [:]
        growth = nil
        severity = .p3
        holdFor = .zero
        keepFiringFor = .zero
        title = name
        meaning = "A condition of the configuration's own."
        evidence = []
        nextSteps = []
    }
}

extension Alert {
    /// The alert of a condition of the configuration's own.
    public init(_ own: OwnCondition) {
        let text = AlertText(
            .application, own.title, meaning: own.meaning, evidence: own.evidence, nextSteps: own.nextSteps)
        self.init(own.name, own.severity, text, for: own.holdFor, keepFiringFor: own.keepFiringFor)
        conditions = [own.condition]
    }
}

extension OwnCondition {
    fileprivate var condition: Condition {
        Condition(
            kind: kind, quantity: quantity, source: "", expression: expression, comparison: comparison,
            threshold: threshold, unit: Unit(ofMetric: metric), presence: .optional, volume: nil,
            namesAllLabels: true)
    }

    private var quantity: String { growth.map { "\(metric) in \(Units.seconds($0.seconds))" } ?? metric }

    private var expression: Expression {
        let series = Series(metric, match.map { LabelMatcher($0.name, .equals, $0.value) })
        return growth.map { .increase(series, .last($0)) } ?? .latest(series)
    }
}

extension Unit {
    /// As the end of a metric's name has it.
    public init(ofMetric name: String) {
        let base = name.hasSuffix("_total") ? name.dropLast("_total".count) : name[...]
        self =
            switch base.split(separator: "_").last {
            case "bytes": .bytes
            case "seconds": .duration
            case "ratio": .ratio
            default: .number
            }
    }
}

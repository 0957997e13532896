import Diagnostics

/// One way to judge an alert: what is measured at one kind of target, and where good ends.
public struct Condition: Sendable, Hashable {
    /// What it means that a target does not tell of it.
    public enum Presence: Sendable, Hashable {
        /// The alert is unknown there.
        case required
        /// Nothing, as long as the target answers: not every log is watched for everything.
        case optional
        /// Nothing at all: the target is there for something else.
        case incidental
    }

    public let kind: Target.Kind
    /// What the value is, in front of it in a sentence: `CPU`, `lag`; empty where the unit says it all.
    public let quantity: String
    /// Who speaks, where an alert has several sources: `log`; else empty.
    public let source: String
    public let expression: Expression
    public let comparison: Comparison
    /// In the metric's base unit.
    public internal(set) var threshold: Double
    public let unit: Unit
    public let presence: Presence
    /// How much the value speaks for, where that can be asked for at least so much.
    public let volume: Volume?
    /// Whether all labels tell what it is that is judged, or only those that the catalogue knows.
    let namesAllLabels: Bool

    /// What a share is a share of: of too little it says nothing.
    public struct Volume: Sendable, Hashable {
        public let expression: Expression
        /// Of a count its noun in the plural: `requests`.
        public let unit: Unit

        init(expression: Expression, unit: Unit) {
            self.expression = expression
            self.unit = unit
        }

        init(expression: Expression, noun: String) { self.init(expression: expression, unit: .count(noun)) }

        /// Why less than the minimum is not judged.
        func tooLittle(_ amount: Double, _ minimum: Double) -> String {
            guard case .count(let noun) = unit else {
                return "\(unit.text(amount)), less than the \(unit.threshold(minimum)) that are judged"
            }
            return "\(Unit.shortest(amount)) \(noun), fewer than the \(Unit.shortest(minimum)) that are judged"
        }

        /// `10000 blocks`, `100 MiB`.
        public func text(_ minimum: Double) -> String {
            guard case .count(let noun) = unit else { return unit.threshold(minimum) }
            return "\(Units.number(minimum)) \(noun)"
        }
    }
}

extension Alert {
    /// This alert with one more way to judge it at each of the kinds.
    func when(
        _ kinds: Target.Kind..., measured quantity: String, _ expression: Expression, is comparison: Comparison,
        _ threshold: Double, _ unit: Unit, by source: String = "", _ presence: Condition.Presence = .required,
        volume: Condition.Volume? = nil
    ) -> Alert {
        var alert = self
        alert.conditions += kinds.map { kind in
            Condition(
                kind: kind, quantity: quantity, source: source, expression: expression, comparison: comparison,
                threshold: threshold, unit: unit, presence: presence, volume: volume, namesAllLabels: false)
        }
        return alert
    }
}

/// How a value is held against its threshold.
public enum Comparison: String, Sendable, Hashable, Codable {
    case above = ">"
    case below = "<"
    case atMost = "<="

    public func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .above: value > threshold
        case .below: value < threshold
        case .atMost: value <= threshold
        }
    }

    /// As people write it.
    public var sign: String { self == .atMost ? "≤" : rawValue }

    /// What is true when the comparison does not hold.
    public var opposite: String {
        switch self {
        case .above: "≤"
        case .below: "≥"
        case .atMost: ">"
        }
    }
}

import Diagnostics

/// One way to judge an alert: what is measured at one kind of target, and where good ends.
public struct Condition: Sendable, Hashable {
    public let kind: Target.Kind
    /// What the value is, in front of it in a sentence: `CPU`, `replication lag`.
    public let quantity: String
    /// Who speaks, where an alert has several sources: `the application's counter`; else empty.
    public let source: String
    public let expression: Expression
    public let comparison: Comparison
    /// In the metric's base unit. Crossing it is what counts; being on it is only for `atMost`.
    public var threshold: Double
    public let unit: Unit
    /// True when the condition shares the alert's threshold, so that an override applies to it.
    public let isAdjustable: Bool
    /// True when a target that says nothing about it is no cause for alarm: not each log is watched for each thing.
    public let isOptional: Bool
    /// How many requests the value speaks for, where that can be asked for at least so many.
    public let volume: Expression?

    init(
        _ kind: Target.Kind, _ quantity: String, _ expression: Expression, _ comparison: Comparison,
        _ threshold: Double, _ unit: Unit, source: String = "", isAdjustable: Bool = true, isOptional: Bool = false,
        volume: Expression? = nil
    ) {
        self.kind = kind
        self.quantity = quantity
        self.source = source
        self.expression = expression
        self.comparison = comparison
        self.threshold = threshold
        self.unit = unit
        self.isAdjustable = isAdjustable
        self.isOptional = isOptional
        self.volume = volume
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

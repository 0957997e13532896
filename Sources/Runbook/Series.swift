import Diagnostics

/// The series of one metric whose labels match: `diag_application_requests_total{code=~"5.."}`.
public struct Series: Sendable, Hashable, ExpressibleByStringLiteral {
    public let metric: String
    public let matchers: [LabelMatcher]

    public init(_ metric: String, _ matchers: [LabelMatcher] = []) {
        self.metric = metric
        self.matchers = matchers
    }

    public init(stringLiteral metric: String) { self.init(metric) }

    public func matches(_ labels: Labels) -> Bool { matchers.allSatisfy { $0.matches(labels) } }
}

/// One condition on a label's value, as PromQL has it. A label that is missing counts as an empty one.
public struct LabelMatcher: Sendable, Hashable {
    public enum Relation: String, Sendable, Hashable {
        case equals = "="
        case differs = "!="
        case fits = "=~"
        case fitsNot = "!~"
    }

    public let label: String
    public let relation: Relation
    public let operand: String

    public init(_ label: String, _ relation: Relation, _ operand: String) {
        self.label = label
        self.relation = relation
        self.operand = operand
    }

    public func matches(_ labels: Labels) -> Bool {
        let value = labels[label] ?? ""
        return switch relation {
        case .equals: value == operand
        case .differs: value != operand
        case .fits: Self.fits(value, operand)
        case .fitsNot: !Self.fits(value, operand)
        }
    }

    /// The part of a regular expression that the catalogue needs, anchored at both ends as in PromQL: alternatives
    /// by `|`, where `.` stands for one character and everything else for itself.
    private static func fits(_ value: String, _ pattern: String) -> Bool {
        pattern.split(separator: "|", omittingEmptySubsequences: false).contains { alternative in
            alternative.count == value.count
                && zip(alternative, value).allSatisfy { $0 == "." || $0 == $1 }
        }
    }
}

extension Series: CustomStringConvertible {
    /// As PromQL writes a selector.
    public var description: String {
        matchers.isEmpty ? metric : metric + "{" + matchers.map(\.description).joined(separator: ",") + "}"
    }
}

extension LabelMatcher: CustomStringConvertible {
    public var description: String { "\(label)\(relation.rawValue)\"\(Labels.escaped(operand))\"" }
}

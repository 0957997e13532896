import Diagnostics

/// For whom an expression is printed in Prometheus's language.
public struct PromQLScope: Sendable, Hashable {
    /// The labels that tell targets apart; every aggregation keeps them.
    public var identity: [String]
    /// What "since the previous sweep" is taken for; nil: the expression's own window.
    public var step: Duration?
    /// Every selector names the kind of target, so that one rule never speaks for another kind.
    public var namesKind: Bool
    /// More that a selector asks for: which of several machines' series are meant.
    public var matchers: [LabelMatcher]
    /// A share of which nothing is counted is zero, and not absent.
    public var fillsParts: Bool

    public init(
        identity: [String], step: Duration? = nil, namesKind: Bool = false, matchers: [LabelMatcher] = [],
        fillsParts: Bool = false
    ) {
        self.identity = identity
        self.step = step
        self.namesKind = namesKind
        self.matchers = matchers
        self.fillsParts = fillsParts
    }

    /// For a person who reads it.
    public static let targets = PromQLScope(identity: ["kind", "target"])

    /// What tells series of a textfile apart that several machines write: who scraped it from where, the file and the target.
    public static let scraped = ["job", "instance", "sweep", "kind", "target"]

    /// A series as PromQL selects it, of one kind of target where that is meant.
    public func selector(_ series: Series, _ kind: Target.Kind?) -> String {
        let kinds = namesKind ? kind.map { [LabelMatcher("kind", .equals, $0.rawValue)] } ?? [] : []
        return "\(Series(series.metric, kinds + matchers + series.matchers))"
    }

    func range(_ span: Expression.Span) -> String {
        switch span {
        case .last(let window): window.promQL
        case .sincePrevious(let window): step?.promQL ?? window.promQL
        }
    }

    func by(_ labels: [String] = []) -> String { (identity + labels).joined(separator: ", ") }
}

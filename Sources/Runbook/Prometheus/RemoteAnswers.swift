import Diagnostics

/// What a Prometheus knows of the time before this sweep: the values of expressions that look back, and which conditions
/// have held for as long as they must.
///
/// It speaks only where the history of one's own cannot: at a first sweep, or after a long pause. Where it does not answer
/// either, that is a reason more for why nothing is known, and never an ok.
public struct RemoteAnswers: Sendable {
    /// What is asked for, in whatever language.
    public struct Question: Sendable, Hashable {
        public enum Aspect: Sendable, Hashable {
            /// The expression's value at this moment.
            case value
            /// Since when it was beyond a threshold without a break, where that is as long ago as asked for.
            case extreme(over: Duration, isHighest: Bool)
            /// How many evaluations there were in that time.
            case evaluations(over: Duration)
        }

        public let expression: Expression
        public let kind: Target.Kind
        public let aspect: Aspect

        public init(_ expression: Expression, at kind: Target.Kind, _ aspect: Aspect = .value) {
            self.expression = expression
            self.kind = kind
            self.aspect = aspect
        }
    }

    public typealias Answer = Result<[Element], Unknown>

    /// How often an expression is evaluated in the time that a condition must hold.
    static let step = Duration.seconds(60)

    private let answers: [Question: [String: Answer]]
    /// Why nothing is there of a target.
    private let reason: String
    private let isAsked: Bool

    /// Nobody was asked.
    public static let none = RemoteAnswers()

    private init() { (answers, reason, isAsked) = ([:], "", false) }

    /// - Parameters:
    ///   - answers: by question and the target's name.
    ///   - reason: for those that are not among them.
    public init(_ answers: [Question: [String: Answer]], otherwise reason: String) {
        self.answers = answers
        self.reason = reason
        isAsked = true
    }

    /// Nil when nobody was asked.
    func answer(to question: Question, at target: Target) -> Answer? {
        guard isAsked else { return nil }
        return answers[question]?[target.name] ?? .failure(Unknown(.needsHistory, reason))
    }

    /// Whether the element was beyond the threshold at each evaluation of the time that it must be.
    func hasHeld(_ condition: Condition, _ element: Labels, for hold: Duration, at target: Target) -> Bool {
        let isHighest = condition.comparison != .above
        guard
            let extreme = value(.extreme(over: hold, isHighest: isHighest), condition, element, target),
            let count = value(.evaluations(over: hold), condition, element, target)
        else { return false }
        return condition.comparison.holds(extreme, condition.threshold)
            && count >= (hold.seconds / Self.step.seconds).rounded(.down)
    }

    private func value(
        _ aspect: Question.Aspect, _ condition: Condition, _ element: Labels, _ target: Target
    ) -> Double? {
        let question = Question(condition.expression, at: condition.kind, aspect)
        guard case .success(let elements)? = answer(to: question, at: target) else { return nil }
        return elements.first { $0.labels == element }?.value
    }
}

extension [Alert] {
    /// What of these alerts, at these kinds of target, needs a time before this sweep.
    public func questionsOfThePast(at kinds: Set<Target.Kind>) -> Set<RemoteAnswers.Question> {
        Set(
            flatMap { alert in
                alert.conditions.filter { kinds.contains($0.kind) }.flatMap { $0.questionsOfThePast(alert) }
            })
    }
}

extension Condition {
    fileprivate func questionsOfThePast(_ alert: Alert) -> [RemoteAnswers.Question] {
        var questions: [RemoteAnswers.Question] = []
        if !expression.lookback.isEmpty { questions.append(.init(expression, at: kind)) }
        if alert.minimumVolume != nil, let volume { questions.append(.init(volume.expression, at: kind)) }
        guard alert.holdFor > .zero else { return questions }
        return questions + [
            .init(expression, at: kind, .extreme(over: alert.holdFor, isHighest: comparison != .above)),
            .init(expression, at: kind, .evaluations(over: alert.holdFor)),
        ]
    }
}

extension RemoteAnswers.Question {
    /// In Prometheus's language; what it asks of all targets of the kind at once.
    public func promQL(in scope: PromQLScope) -> String {
        let value = expression.promQL(of: kind, in: scope)
        return switch aspect {
        case .value: value
        case .extreme(let time, let isHighest):
            "\(isHighest ? "max" : "min")_over_time((\(value))[\(time.promQL):\(RemoteAnswers.step.promQL)])"
        case .evaluations(let time): "count_over_time((\(value))[\(time.promQL):\(RemoteAnswers.step.promQL)])"
        }
    }

    /// The element of one series of the answer. A share of nothing is no number, which is a fact and no doubt.
    public func element(_ labels: Labels, _ value: Double) -> Element {
        guard value.isNaN, let empty = expression.emptyNote else {
            return Element(labels: labels, value: value, note: Self.note)
        }
        return Element(labels: labels, value: nil, note: "\(empty), \(Self.note)")
    }

    /// Who says so.
    private static let note = "by Prometheus"
}

extension Expression {
    /// What it says where there is nothing to measure.
    fileprivate var emptyNote: String? {
        switch self {
        case .ratio(_, _, let empty), .quantile(_, _, _, let empty): empty
        case .either(let first, _), .unless(let first, _, _, _): first.emptyNote
        default: nil
        }
    }
}

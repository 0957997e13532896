import Diagnostics

/// What a condition measures, as data: the same expression is evaluated here over a sweep and its history
/// (`evaluate(in:)`) and prints itself for Prometheus (`promQL`).
///
/// A value of it is a vector as in PromQL: numbers told apart by their labels.
public indirect enum Expression: Sendable, Hashable {
    /// What was measured in this sweep.
    case latest(Series)
    /// By how much a counter grew; restarts of what counts are seen and allowed for.
    case increase(Series, Span)
    /// The same for each second.
    case rate(Series, Span)
    /// 1 where something is another one than at the previous reading, else 0: the labels in `watching` tell what
    /// it is, all others which it is. What the probe says of the new one, in the fact of this id with the value of the first
    /// other label behind it, belongs to the message.
    case changed(Series, watching: [String], explainedBy: String? = nil)
    /// One number from many, for each combination of the labels in `by`.
    case aggregate(Aggregation, Expression, by: [String])
    /// A share. Where the whole is nothing there is no share, and `empty` says so: `no requests`.
    case ratio(Expression, of: Expression, empty: String)
    /// The value below which the share `q` of all observations lies, from the cumulative buckets of a histogram.
    case quantile(Double, Expression, by: [String], empty: String)
    /// Seconds from now until a Unix time.
    case until(Expression)
    /// 1 when the target answered, be it with a refusal, 0 when it did not.
    case answered
    /// 0 when the target did not answer; without a value otherwise, as it is not known what the answer was worth.
    case silent
    /// 1 when the target turned diag away with this code of its own; without a value otherwise.
    case rejected(code: String)
    /// Without those elements for which another metric, of the same labels, is so; where none is left it is not served.
    case unless(Expression, Series, Comparison, Double)
    /// The first expression, or the second one where the first cannot be evaluated.
    case either(Expression, Expression)

    public enum Aggregation: String, Sendable, Hashable {
        case sum, max, min
    }

    /// Over which time a counter is looked at.
    public enum Span: Sendable, Hashable {
        /// The last so many seconds; back to the previous reading where there was none within them.
        case last(Duration)
        /// From the previous reading until now, however long that is. Prometheus, which knows no sweeps, is given
        /// `window` instead.
        case sincePrevious(window: Duration)
    }

    public func otherwise(_ other: Expression) -> Expression { .either(self, other) }

    public func unless(_ series: Series, is comparison: Comparison, _ bound: Double) -> Expression {
        .unless(self, series, comparison, bound)
    }

    public static func sum(_ inner: Expression, by labels: [String] = []) -> Expression {
        .aggregate(.sum, inner, by: labels)
    }
}

/// One number of a vector.
public struct Element: Sendable, Hashable {
    public var labels: Labels
    /// nil where there is nothing to measure (no requests); `note` then says what.
    public var value: Double?
    /// The most that it can be, where what was read leaves that open: `value` is then the least.
    public var atMost: Double?
    /// The beginning of the time that the value speaks for, where it is more than this moment.
    public var since: Timestamp?
    /// Over how many seconds it was really counted, where that is longer than what was asked for.
    public var stretch: Double?
    /// What a person should know about the value.
    public var note: String?
    /// How it is at this moment, told with what happened and not remembered with it: whether the new master is well.
    var present: String?
    /// True when it was not measured here.
    var isRemote = false

    public init(
        labels: Labels = [:], value: Double?, atMost: Double? = nil, since: Timestamp? = nil, stretch: Double? = nil,
        note: String? = nil
    ) {
        self.labels = labels
        self.value = value
        self.atMost = atMost
        self.since = since
        self.stretch = stretch
        self.note = note
    }
}

/// Why an expression has no value. The condition is then unknown, never ok.
public struct Unknown: Error, Sendable, Hashable {
    public enum Cause: String, Sendable, Hashable, Codable {
        /// The target could not be looked at.
        case failed
        /// The target answered but does not tell this.
        case notServed
        /// It takes two readings, and this is the first.
        case needsHistory
        /// What was read leaves it open on which side of the threshold the value lies.
        case undecided
    }

    public let cause: Cause
    /// A sentence for a person.
    public let reason: String

    public init(_ cause: Cause, _ reason: String) {
        self.cause = cause
        self.reason = reason
    }
}

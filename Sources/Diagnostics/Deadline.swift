/// The moment by which something must have ended, on a clock that does not jump.
///
/// Made once for a target and passed down, so that nobody adds up time-outs.
public struct Deadline: Sendable, Hashable, Comparable {
    public let instant: ContinuousClock.Instant

    public init(_ instant: ContinuousClock.Instant) { self.instant = instant }

    public static func after(_ duration: Duration) -> Deadline { Deadline(.now + duration) }

    /// Zero when it has passed.
    public var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    public var hasPassed: Bool { remaining == .zero }

    /// A tighter deadline for one step of the way: `duration` from now, but never later than this one.
    public func within(_ duration: Duration) -> Deadline { min(self, .after(duration)) }

    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}

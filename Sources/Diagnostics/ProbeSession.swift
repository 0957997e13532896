import Synchronization

/// A probe that can keep its way in open from one look to the next, for somebody who watches: a login costs a PostgreSQL server
/// a process and milliseconds each time.
public protocol LastingProbe: Probe {
    /// Looks whenever it is asked to, and tells each time; returns when nobody asks any more. What it keeps open belongs to this
    /// one call, and is opened anew from time to time, so that what keeps others out is seen here too.
    func observe(each looks: AsyncStream<ProbeSession.Look>) async
}

/// The long life of a lasting probe: one task that owns what is kept open, and answers one look after the other.
public final class ProbeSession: Probe {
    /// One look that somebody waits for.
    public struct Look: Sendable {
        public let deadline: Deadline
        private let answer: @Sendable (Observation) -> Void

        fileprivate init(_ deadline: Deadline, _ answer: @escaping @Sendable (Observation) -> Void) {
            self.deadline = deadline
            self.answer = answer
        }

        /// Exactly once for each look.
        public func tell(_ observation: Observation) { answer(observation) }
    }

    public let target: Target
    private let asking: AsyncStream<Look>.Continuation
    private let task: Task<Void, Never>

    public init(_ probe: any LastingProbe) {
        target = probe.target
        let (looks, asking) = AsyncStream.makeStream(of: Look.self)
        self.asking = asking
        task = Task { await probe.observe(each: looks) }
    }

    deinit { asking.finish() }

    public func observe(until deadline: Deadline) async -> Observation {
        await withCheckedContinuation { continuation in
            asking.yield(Look(deadline) { continuation.resume(returning: $0) })
        }
    }
}

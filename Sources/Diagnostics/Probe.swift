/// Looks at one target, once, and tells what it saw.
///
/// A probe never throws and never outlives its deadline: whatever stands in the way is part of the observation.
/// It never blocks a thread of Swift's cooperative pool.
public protocol Probe: Sendable {
    var target: Target { get }
    func observe(until deadline: Deadline) async -> Observation
}

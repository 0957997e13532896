import Diagnostics
import PostgreSQL
import Synchronization

/// The lock graphs that probes have read, while they still run side by side.
public final class LockGraphs: Sendable {
    private let read = Mutex<[Target: LockGraph]>([:])

    public init() {}

    public func add(_ graph: LockGraph, of target: Target) { read.withLock { $0[target] = graph } }

    /// Each once: a round that cannot read does not show the round before.
    public func taken(inOrderOf targets: [Target]) -> [(target: Target, graph: LockGraph)] {
        read.withLock { graphs in
            targets.compactMap { target in graphs.removeValue(forKey: target).map { (target, $0) } }
        }
    }
}

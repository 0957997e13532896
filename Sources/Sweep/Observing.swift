import Diagnostics
import Network

/// Looks at all targets of a plan in parallel.
public enum Observing {
    /// What has become of a target, for somebody who waits.
    public enum Progress: Sendable {
        case began(Target)
        case ended(Target)
    }

    /// One observation for each entry, in the plan's order, whatever fails.
    ///
    /// At most `bounds.concurrency` targets are looked at at once. Each has its own deadline, counted from when its turn
    /// comes, and none lasts beyond the whole sweep's: a target whose turn does not come by then is reported as not
    /// looked at.
    public static func observations(
        of plan: Plan, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> [Observation] {
        let whole = Deadline.after(plan.bounds.deadline)
        return await withTaskGroup(of: (Int, Observation).self) { group in
            var results = [Observation?](repeating: nil, count: plan.entries.count)
            for (index, entry) in plan.entries.enumerated() {
                if index >= plan.bounds.concurrency, let (done, observation) = await group.next() {
                    results[done] = observation
                }
                group.addTask(priority: priority(of: entry)) {
                    (index, await observation(of: entry, within: whole, progress))
                }
            }
            for await (done, observation) in group { results[done] = observation }
            return results.compactMap(\.self)
        }
    }

    /// A login to PostgreSQL takes more steps and more computing than all that others have to do: it must not stand in line
    /// behind them.
    private static func priority(of entry: Plan.Entry) -> TaskPriority? {
        entry.probe.target.kind == .postgresql ? .high : nil
    }

    private static func observation(
        of entry: Plan.Entry, within whole: Deadline, _ progress: @Sendable (Progress) -> Void
    ) async -> Observation {
        let target = entry.probe.target
        guard !whole.hasPassed else { return notLookedAt(target) }
        progress(.began(target))
        defer { progress(.ended(target)) }
        return await entry.probe.observe(until: whole.within(entry.timeout))
    }

    private static func notLookedAt(_ target: Target) -> Observation {
        let failure = ProbeError(
            .timedOut, step: "sweep", message: "not looked at: the time for the whole sweep was over",
            advice: "raise sweep.deadline or sweep.concurrency")
        return Observation(target: target, started: .now, duration: .zero, failure: failure)
    }
}

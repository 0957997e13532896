import Diagnostics

extension Observation.Content {
    /// Reports one topic. What stands in its way is a problem, and a gap for each metric that is missing because of it;
    /// the other topics go on. The same trouble (a lost connection) is told once.
    mutating func attempt(
        _ metrics: [Metric], _ report: (inout Observation.Content) throws(ProbeError) -> Void
    ) {
        do throws(ProbeError) {
            try report(&self)
        } catch {
            if !problems.contains(where: { $0.kind == error.kind && $0.message == error.message }) {
                problems.append(error)
            }
            gaps += metrics.map { Gap($0, error.message) }
        }
    }
}

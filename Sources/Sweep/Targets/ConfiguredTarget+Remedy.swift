import Diagnostics
import PostgreSQL

extension ConfiguredTarget {
    /// What shows a remedy at a PostgreSQL server, or does it; nil for another kind of target.
    public func run(
        _ remedy: PostgreSQLRemedy, mode: Treatment.Mode, writing: RemedyCommand
    ) throws(ProbeError) -> RemedyRun? {
        switch settings {
        case .postgresql(let settings):
            RemedyRun(remedy, on: target, settings: settings.named(like: target), mode: mode, writing: writing)
        case .unreadable(_, _, let error): throw error
        default: nil
        }
    }
}

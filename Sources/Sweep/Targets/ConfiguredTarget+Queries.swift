import Diagnostics
import PostgreSQL

extension ConfiguredTarget {
    /// The questions of its own that a PostgreSQL target is asked.
    var ownQueries: [OwnQuery] {
        if case .postgresql(let settings) = settings { settings.ownQueries } else { [] }
    }

    /// With these questions beside its own.
    func asking(_ queries: [OwnQuery]) -> ConfiguredTarget {
        guard case .postgresql(var settings) = settings, !queries.isEmpty else { return self }
        settings.ownQueries += queries.filter { !settings.ownQueries.contains($0) }
        return with(.postgresql(settings))
    }
}

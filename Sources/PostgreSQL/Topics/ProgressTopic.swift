import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// How far vacuum, index builds and the like are. Evidence: `postgresql.progress`.
    public static let progress = Self(ProgressTopic())
}

struct ProgressTopic: Topic {
    let asks: [any Answer.Type] = [WorkInProgress.self]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let works = try reading.all(WorkInProgress.self)
        content.evidence.append(
            works.isEmpty
                ? .fact("postgresql.progress", "Long works", "no vacuum, index build, copy or base backup runs")
                : .listing("postgresql.progress", "Long works in progress", works))
    }
}

/// `progress.sql`.
struct WorkInProgress: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.progress, PostgreSQLQueries.progressOn13] }
}

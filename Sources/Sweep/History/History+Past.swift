import Diagnostics
import GRDB
import Network

extension History {
    /// All readings of a metric at a target, the oldest first, from the file as it is: nothing is made, mended or written.
    /// Nil when there is no such file, or it cannot be read.
    static func past(of metric: Metric, at target: Target, in path: String?) async -> [(
        time: Timestamp, value: Double
    )]? {
        guard let path, TextFile.exists(path) else { return nil }
        let readings = try? await readers.run("read the history", until: .after(.seconds(2))) {
            Result { try read(path, metric, target) }
        }
        return try? readings?.get()
    }

    private static func read(_ path: String, _ metric: Metric, _ target: Target) throws -> [(
        time: Timestamp, value: Double
    )] {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT time, value FROM reading JOIN series ON series.id = reading.series
                    WHERE kind = ? AND target = ? AND metric = ? AND value IS NOT NULL ORDER BY time
                    """,
                arguments: [target.kind.rawValue, target.name, metric.name]
            ).map { (Timestamp(secondsSinceEpoch: $0[0]), $0[1]) }
        }
    }

    private static let readers = BlockingThreads(name: "diag-past", limit: 1)
}

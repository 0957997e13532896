import Diagnostics

extension PostgreSQLProbe.Question {
    /// Blocks, temporary files and damaged pages by database. Evidence: `postgresql.databases`, `postgresql.checksums`.
    public static let databaseIO = Self(DatabaseIOTopic())
}

struct DatabaseIOTopic: Topic {
    let asks: [any Answer.Type] = [DatabaseIO.self]
    let metrics = [
        PostgreSQLMetrics.tempBytes, PostgreSQLMetrics.blockRequests, PostgreSQLMetrics.checksumFailures,
    ]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        DatabaseIOReport(databases: try reading.all(), identity: reading.system?.counterIdentity).write(to: &content)
    }
}

/// Conditions judge how much the counters grew; here stands what they are, and since when.
struct DatabaseIOReport {
    let databases: [DatabaseIO]
    let identity: String?

    func write(to content: inout Observation.Content) {
        for database in databases {
            if database.name != nil { writeIO(of: database, to: &content) }
            if let failures = database.checksumFailures {
                add(PostgreSQLMetrics.checksumFailures, failures, database.labels, database, to: &content)
            }
        }
        content.evidence += [table, checksums]
    }

    private func writeIO(of database: DatabaseIO, to content: inout Observation.Content) {
        add(PostgreSQLMetrics.tempBytes, database.tempBytes, database.labels, database, to: &content)
        for (from, count) in [("cache", database.blocksHit), ("disk", database.blocksRead)] {
            let labels = database.labels.with("from", from)
            add(PostgreSQLMetrics.blockRequests, count, labels, database, to: &content)
        }
    }

    private func add(
        _ metric: Metric, _ value: Int64, _ labels: Labels, _ database: DatabaseIO,
        to content: inout Observation.Content
    ) {
        content.add(
            metric, Double(value), labels: labels, identity: identity, countedSince: database.statisticsReset)
    }

    private var table: Evidence {
        let spilling = databases.filter { $0.name != nil }.sorted { $0.tempBytes > $1.tempBytes }
        return .table(
            "postgresql.databases", "Reads and temporary files since the statistics were reset",
            columns: ["datname", "temp_files", "temp_bytes", "blks_read", "hit_ratio", "stats_reset"],
            rows: spilling.prefix(10).map { database in
                [
                    Cell(database.name), .integer(database.tempFiles), .bytes(database.tempBytes),
                    .integer(database.blocksRead), database.hitRatio.map(Cell.ratio) ?? .none,
                    database.statisticsReset.map(Cell.time) ?? .none,
                ]
            })
    }

    private var checksums: Evidence {
        let (id, title) = ("postgresql.checksums", "Data checksums")
        guard databases.contains(where: { $0.checksumFailures != nil }) else {
            return .fact(id, title, "checksums are off on this server: damaged pages are not noticed")
        }
        let damaged = databases.filter { ($0.checksumFailures ?? 0) > 0 }
        guard !damaged.isEmpty else { return .fact(id, title, "no page failed since the statistics were reset") }
        return .table(
            id, "Pages that were not as they had been written",
            columns: ["datname", "failures", "last", "stats_reset"],
            rows: damaged.map { database in
                [
                    .text(database.name ?? "(all databases)"), Cell(integer: database.checksumFailures),
                    Cell(seconds: database.checksumFailed), database.statisticsReset.map(Cell.time) ?? .none,
                ]
            })
    }
}

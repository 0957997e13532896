import Diagnostics

extension PostgreSQLProbe.Question {
    /// Collations that changed under the data. Evidence: `postgresql.collations`.
    public static let collations = Self(CollationsTopic())
}

struct CollationsTopic: Topic {
    let asks: [any Answer.Type] = [CollationVersion.self]
    let metrics = [PostgreSQLMetrics.collationMismatches]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        CollationsReport(collations: try reading.all()).write(to: &content)
    }
}

struct CollationsReport {
    let collations: [CollationVersion]

    func write(to content: inout Observation.Content) {
        for (database, versions) in Dictionary(grouping: collations, by: \.database) {
            let differing = versions.count { $0.differs }
            content.add(PostgreSQLMetrics.collationMismatches, Double(differing), labels: ["datname": database])
        }
        content.evidence.append(evidence)
    }

    private var evidence: Evidence {
        let (id, title) = ("postgresql.collations", "Collations of another version than recorded")
        let differing = collations.filter(\.differs)
        guard !differing.isEmpty else {
            return .fact(id, "Collations", "all versions are those that indexes were built with, as far as recorded")
        }
        return .table(
            id, title, columns: ["datname", "collation", "recorded", "actual"],
            rows: differing.prefix(20).map { version in
                [
                    .text(version.database), .text(version.collation ?? "(default)"), Cell(version.recorded),
                    Cell(version.actual),
                ]
            })
    }
}

import Diagnostics

extension PostgreSQLProbe.Question {
    /// Whether WAL is archived. Evidence: `postgresql.archiver`.
    public static let archiver = Self(ArchiverTopic())
}

struct ArchiverTopic: Topic {
    let asks: [any Answer.Type] = [Archiver.self]
    let metrics = [PostgreSQLMetrics.archiveFailing, PostgreSQLMetrics.archiveBacklog]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let archiver: Archiver = try reading.one()
        // A standby's archiver rests, unless it is to archive always.
        let isAtWork = archiver.mode == "always" || (archiver.mode == "on" && !reading.server.isInRecovery)
        if isAtWork {
            content.add(PostgreSQLMetrics.archiveFailing, archiver.isFailing ? 1 : 0)
            if let backlog = archiver.backlog { content.add(PostgreSQLMetrics.archiveBacklog, Double(backlog)) }
        }
        content.evidence.append(.fact("postgresql.archiver", "Archiving", archiver.sentence(isAtWork: isAtWork)))
    }
}

extension Archiver {
    fileprivate func sentence(isAtWork: Bool) -> String {
        guard isAtWork else { return "this server does not archive (archive_mode is \(mode))" }
        let success = told(lastArchived, lastArchivedAge).map { "last archived: \($0)" } ?? "nothing was archived yet"
        let failure = told(lastFailed, lastFailedAge).map { "last failed: \($0), \(failed) failures in all" }
        let behind = backlog.map { "\(Units.bytes($0)) written since" }
        return [success, behind, failure].compactMap(\.self).joined(separator: "; ")
    }

    private func told(_ segment: String?, _ age: Double?) -> String? {
        guard let segment, let age else { return nil }
        return "\(segment) \(Units.seconds(age.rounded())) ago"
    }
}

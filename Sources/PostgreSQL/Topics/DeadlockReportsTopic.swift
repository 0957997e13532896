import Diagnostics

extension PostgreSQLProbe.Question {
    /// The deadlocks themselves with their statements, from the server's log, where it may be read through SQL.
    /// Evidence: `postgresql.deadlocks.log`, `postgresql.deadlocks.reports`.
    public static let deadlockReports = Self(DeadlockReportsTopic(known: nil))

    /// The same, only when there are more deadlocks than were known.
    ///
    /// - Parameter known: by database; asked only when there is any deadlock at all. Nil when nothing was known: then
    ///   there is nothing new.
    public static func deadlockReports(since known: @escaping @Sendable () async -> [String: Double]?) -> Self {
        Self(DeadlockReportsTopic(known: known))
    }
}

struct DeadlockReportsTopic: Topic {
    let known: (@Sendable () async -> [String: Double]?)?

    var asks: [any Answer.Type] { [ServerLogPlace.self, Database.self] }

    func asksMore(after reading: Reading) async -> [any Answer.Type] {
        guard let place = try? reading.one(ServerLogPlace.self), place.isReadable, await isWanted(reading) else {
            return []
        }
        return [ServerLogTail.self]
    }

    private func isWanted(_ reading: Reading) async -> Bool {
        guard let known else { return true }
        guard let databases = try? reading.all(Database.self), databases.contains(where: { $0.deadlocks > 0 }),
            let before = await known()
        else { return false }
        return databases.contains { Double($0.deadlocks) > before[$0.name, default: 0] }
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let place: ServerLogPlace = try reading.one()
        guard place.isReadable else {
            if known == nil { content.evidence.append(place.whyNot) }
            return
        }
        guard reading.wasAsked(ServerLogTail.self) else { return }
        content.evidence += evidence(try reading.all(), place)
    }

    private func evidence(_ tails: [ServerLogTail], _ place: ServerLogPlace) -> [Evidence] {
        guard let newest = tails.first else {
            return [DeadlockEvidence.missing("the server has no log file yet", advice: "look again later")]
        }
        let reports = tails.reversed().flatMap { DeadlockLog.reports(in: $0.bytes?.bytes ?? []) }
        let size = Units.bytes(tails.reduce(0) { $0 + $1.readBytes })
        let more = tails.count > 1 ? " and \(tails.count - 1) before it" : ""
        return DeadlockEvidence(reports.suffix(5), from: "the last \(size) of \(newest.path)\(more)").evidence
    }
}

extension ServerLogPlace {
    /// What is missing for the reports to be read, and who could give it.
    var whyNot: Evidence {
        let name = "or name the file to diag (log: in the configuration of this target)"
        if !hasCollector {
            return DeadlockEvidence.missing(
                "the server keeps no log files of its own (logging_collector is off, log_destination \(destination))",
                advice:
                    "name the file that its output goes to (log: in the configuration of this target), or look into "
                    + "journalctl -u postgresql or the container's log")
        }
        if !isFile {
            return DeadlockEvidence.missing(
                "the server logs to \(destination) only",
                advice: "name the file that it ends up in to diag (log: in the configuration of this target)")
        }
        if !mayFind {
            return DeadlockEvidence.missing(
                "role \(role) may not ask which file the server logs to", advice: "GRANT pg_monitor TO \(role), \(name)"
            )
        }
        return DeadlockEvidence.missing(
            "role \(role) may not read files of the server",
            advice:
                "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO \(role) in database "
                + "\(database) (it may then read all files of the data directory), \(name)")
    }
}

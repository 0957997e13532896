import Diagnostics

/// The reports of a log as a person reads them.
public struct DeadlockEvidence: Sendable {
    private let reports: [DeadlockReport]
    private let place: String

    /// - Parameters:
    ///   - reports: the newest last.
    ///   - place: what was read: `the last 1.0 MiB of log/postgresql.log`.
    public init(_ reports: [DeadlockReport], from place: String) {
        self.reports = reports
        self.place = place
    }

    public var evidence: [Evidence] {
        guard !reports.isEmpty else {
            return [.fact("postgresql.deadlocks.log", "Deadlocks in the log", "none in \(place)")]
        }
        return [
            Evidence(
                id: "postgresql.deadlocks.reports", title: "Who waited for whom, the newest first",
                .tree(reports.reversed().map(\.branch))),
            .fact("postgresql.deadlocks.log", "Deadlocks in the log", "the newest \(reports.count) in \(place)"),
        ]
    }

    /// In place of reports: why there are none, and what would mend it.
    public static func missing(_ reason: String, advice: String) -> Evidence {
        .fact("postgresql.deadlocks.log", "Deadlocks in the log", "\(reason): \(advice)")
    }
}

extension DeadlockReport {
    fileprivate var branch: Branch {
        Branch(
            headline, processes + [context.map { Branch($0) }, Branch("→ \(advice)", isWhole: true)].compactMap(\.self))
    }

    private var headline: String {
        let who = [session, application].compactMap(\.self).joined(separator: " ")
        let ended = victim.map { " ended process \($0)" } ?? " ended one"
        return
            "\(time ?? "at an unknown time"): \(waits.isEmpty ? "some" : "\(waits.count)") processes waited for each "
            + "other; PostgreSQL\(ended)" + (who.isEmpty ? "" : " (\(who))")
    }

    private var processes: [Branch] {
        guard !waits.isEmpty else { return statement.map { [Branch("ended: \($0)", isWhole: true)] } ?? [] }
        return waits.map { wait in
            let isVictim = wait.pid == victim
            let text = statements[wait.pid] ?? (isVictim ? statement : nil)
            return Branch(
                "\(wait.pid) \(wait.what), held by \(wait.blockedBy)" + (isVictim ? "; it was ended" : ""),
                text.map { [Branch($0, isWhole: true)] } ?? [])
        }
    }

    /// What would have kept it from happening, by the kind of lock.
    private var advice: String {
        let kinds = waits.map(\.what).joined()
        let order: String =
            if waits.isEmpty {
                "set log_error_verbosity to default, so that the log says who waited for whom"
            } else if kinds.contains("advisory lock") {
                "take the advisory locks in one order everywhere"
            } else if kinds.contains(" on relation ") {
                "lock the tables in one order, and take the strongest lock that is needed first"
            } else {
                "touch the rows in one order (SELECT … ORDER BY key FOR UPDATE first), and keep transactions short"
            }
        return order + "; retry on SQLSTATE 40P01"
    }
}

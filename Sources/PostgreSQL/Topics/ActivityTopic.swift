import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What runs, for how long, and blocked by whom. Evidence: `postgresql.activity`, `….activity.running`,
    /// `….activity.statements`.
    public static func activity(top: Int = 30) -> Self { Self(ActivityTopic(top: top)) }
}

struct ActivityTopic: Topic {
    let top: Int

    let asks: [any Answer.Type] = [RunningStatement.self]
    var parameters: [String: String] { ["diag.top": "\(top)"] }

    /// Who blocks whom comes from the lock graph: `pg_blocking_pids` would stop the lock manager once for each waiter.
    func asksMore(after reading: Reading) -> [any Answer.Type] {
        reading.server.waiting > 0 ? [LockEntry.self] : []
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "statements")
        let running = try reading.all(RunningStatement.self)
        content.evidence.append(.fact("postgresql.activity", "Activity", Self.sentence(running)))
        guard !running.isEmpty else { return }
        let blockers = Self.blockers(LockGraph(reading.server.waiting > 0 ? try reading.all() : []))
        content.evidence.append(
            .listing(
                "postgresql.activity.running", "Running now, the longest first", running,
                adding: AddedColumn(name: "blocked_by", after: "wait") { statement in
                    (statement.integer("leader_pid") ?? statement.integer("pid")).flatMap { blockers[$0] }
                        .map(Cell.text) ?? .none
                }))
        content.evidence.append(
            .statements(
                "postgresql.activity.statements", "Their statements", running.filter { $0.text("leader_pid") == nil },
                by: "pid"))
    }

    /// For each waiter (a group of parallel workers waits as its leader) those in its way.
    private static func blockers(_ graph: LockGraph) -> [Int64: String] {
        let pairs = graph.waits.compactMap { wait -> (Int64, String)? in
            guard case .session(let pid) = wait.waiter else { return nil }
            let parties = graph.blockers(of: wait).map(\.party)
            let more = parties.count > 3 ? " and \(parties.count - 3) more" : ""
            return (Int64(pid), parties.prefix(3).map(\.description).joined(separator: ", ") + more)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private static func sentence(_ running: [RunningStatement]) -> String {
        guard let first = running.first else { return "nothing runs but this look" }
        let waiting = first.integer("waiting_total") ?? 0
        let longest = running.compactMap { $0.number("running") }.max() ?? 0
        let total = first.integer("total") ?? 0
        return
            "\(Count.of(total, "statement")) \(total == 1 ? "runs" : "run"), the longest for \(Units.seconds(longest)); "
            + (waiting == 0 ? "nobody waits for a lock" : "\(waiting) of them wait for a lock")
    }
}

/// `activity.sql`.
struct RunningStatement: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.activity] }
    static let hidden: Set<String> = ["query", "total", "waiting_total"]
}

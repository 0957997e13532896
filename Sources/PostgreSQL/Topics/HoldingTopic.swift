import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// Idle sessions and what they hold. Evidence: `postgresql.idle`, `….idle.sessions`, `….idle.statements`.
    public static func holding(top: Int = 20) -> Self { Self(HoldingTopic(top: top)) }
}

struct HoldingTopic: Topic {
    let top: Int

    let asks: [any Answer.Type] = [HoldingSession.self]
    var parameters: [String: String] { ["diag.top": "\(top)"] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "idle sessions")
        let sessions = try reading.all(HoldingSession.self)
        content.evidence.append(.fact("postgresql.idle", "Idle", Self.sentence(sessions)))
        guard !sessions.isEmpty else { return }
        content.evidence.append(
            .listing("postgresql.idle.sessions", "Idle sessions, those in a transaction first", sessions))
        content.evidence.append(
            .statements("postgresql.idle.statements", "Their last statements", sessions, by: "pid"))
    }

    private static func sentence(_ sessions: [HoldingSession]) -> String {
        guard let first = sessions.first else { return "no session is idle" }
        let (idle, open) = (first.integer("idle_total") ?? 0, first.integer("in_transaction_total") ?? 0)
        guard open > 0 else {
            return "\(Count.of(idle, "session")) in no transaction: they hold slots and nothing else"
        }
        let longest = sessions.compactMap { $0.number("transaction") }.max() ?? 0
        let oldest = sessions.compactMap { $0.integer("xmin_age") }.max()
        let rows = oldest.map { "; rows dead for \(Count.of($0, "transaction")) are kept for them" } ?? ""
        return "\(Count.of(open, "session")) idle in a transaction, open for up to \(Units.seconds(longest))\(rows); "
            + "\(Count.of(idle, "session")) idle in none"
    }
}

/// `idle-holding.sql`.
struct HoldingSession: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.idleHolding] }
    static let hidden: Set<String> = ["query", "idle_total", "in_transaction_total"]
}

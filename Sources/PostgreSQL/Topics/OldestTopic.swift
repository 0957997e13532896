import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// The sessions connected for longest. Evidence: `postgresql.connections.oldest`.
    public static func oldest(top: Int = 10) -> Self { Self(OldestTopic(top: top)) }
}

struct OldestTopic: Topic {
    let top: Int

    let asks: [any Answer.Type] = [OldestSession.self]
    var parameters: [String: String] { ["diag.top": "\(top)"] }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "sessions")
        content.evidence.append(
            .listing(
                "postgresql.connections.oldest", "Connected for longest", try reading.all(OldestSession.self)))
    }
}

/// `oldest.sql`.
struct OldestSession: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.oldest] }
}

import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What keeps vacuum from removing dead rows. Evidence: `postgresql.horizon`, `….horizon.holders`.
    public static let horizon = Self(HorizonTopic())
}

struct HorizonTopic: Topic {
    let asks: [any Answer.Type] = [HorizonHolder.self]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        try reading.server.requireSight(of: "transactions")
        let holders = try reading.all(HorizonHolder.self)
        let words = holders.first?.sentence ?? "nothing keeps dead rows: vacuum can remove all of them"
        content.evidence.append(.fact("postgresql.horizon", "Vacuum is held back by", words))
        guard !holders.isEmpty else { return }
        content.evidence.append(
            .listing("postgresql.horizon.holders", "What keeps dead rows, the furthest back first", holders))
    }
}

/// `horizon.sql`.
struct HorizonHolder: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.horizon] }

    /// Who it is, how far back, and what ends it.
    fileprivate var sentence: String {
        let name = text("name") ?? "?"
        let age = Count.of(integer("xmin_age") ?? 0, "transaction")
        let since = number("since").map { " for \(Units.seconds($0))" } ?? ""
        let state = text("state").map { ", \($0)" } ?? ""
        return
            "\(text("holder") ?? "?") \(name)\(state)\(since): rows that died in the last \(age) stay; \(remedy(name))"
    }

    private func remedy(_ name: String) -> String {
        switch text("holder") {
        case "session" where text("state") == "active": "diag pg cancel \(name) ends its statement"
        case "session": "diag pg terminate \(name) ends it"
        case "prepared transaction": "COMMIT PREPARED or ROLLBACK PREPARED '\(name)' ends it"
        case "replication slot": "its consumer must catch up, or pg_drop_replication_slot('\(name)') ends it"
        case "standby": "a statement there needs them (hot_standby_feedback): end that"
        default: "it ends by itself"
        }
    }
}

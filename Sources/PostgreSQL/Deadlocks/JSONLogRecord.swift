import FoundationEssentials

/// A record of jsonlog (PostgreSQL manual, 20.8.5): one object a line.
struct JSONLogRecord: Decodable {
    private let timestamp: String?
    private let user: String?
    private let database: String?
    private let sqlState: String?
    private let detail: String?
    private let context: String?
    private let statement: String?
    private let application: String?

    private enum CodingKeys: String, CodingKey {
        case timestamp, user, detail, context, statement
        case database = "dbname"
        case sqlState = "state_code"
        case application = "application_name"
    }

    /// Nil when the line is no such record, or no deadlock's.
    static func deadlock(in log: LogText, at line: Int) -> (DeadlockReport, end: Int)? {
        let (text, next) = log.line(at: line)
        guard let record = try? JSONDecoder().decode(JSONLogRecord.self, from: Data(text.utf8)),
            record.sqlState == "40P01"
        else { return nil }
        var report = DeadlockReport(
            time: record.timestamp, detail: record.detail, context: record.context, statement: record.statement)
        report.session = record.user.flatMap { user in record.database.map { "\(user)@\($0)" } }
        report.application = record.application
        return (report, next)
    }
}

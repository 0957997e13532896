/// A record of csvlog (PostgreSQL manual, 20.8.4): fields by position, quotes doubled, line feeds within quotes.
struct CSVLogRecord {
    /// By the manual's columns; later versions added some at the end only.
    private enum Column: Int {
        case time = 0
        case user, database, pid
        case sqlState = 12
        case message, detail
        case context = 18
        case query
        case application = 22
    }

    private let fields: [String]

    /// Nil when no record begins there, or it is no deadlock's, or it is not whole.
    static func deadlock(in log: LogText, at line: Int) -> (DeadlockReport, end: Int)? {
        guard let (record, end) = read(log, from: line), record[.sqlState] == "40P01" else { return nil }
        var report = DeadlockReport(
            time: record[.time], detail: record[.detail], context: record[.context], statement: record[.query])
        report.session = record[.user].flatMap { user in record[.database].map { "\(user)@\($0)" } }
        report.application = record[.application]
        return (report, end)
    }

    /// Nil for an empty field and one that the record doesn't have.
    private subscript(column: Column) -> String? {
        guard column.rawValue < fields.count, !fields[column.rawValue].isEmpty else { return nil }
        return fields[column.rawValue]
    }

    private static func read(_ log: LogText, from start: Int) -> (CSVLogRecord, end: Int)? {
        var fields: [String] = []
        var index = start
        while index < log.count, fields.count < 64 {
            guard let (field, end) = field(log, at: index) else { return nil }
            fields.append(field)
            index = end + 1
            if end >= log.count || log[end] == UInt8(ascii: "\n") { break }
        }
        return fields.count > Column.query.rawValue ? (CSVLogRecord(fields: fields), min(index, log.count)) : nil
    }

    /// A field and where the comma or line feed behind it is; nil when it is not closed.
    private static func field(_ log: LogText, at start: Int) -> (String, end: Int)? {
        guard log[start] == UInt8(ascii: "\"") else {
            var end = start
            while end < log.count, log[end] != UInt8(ascii: ","), log[end] != UInt8(ascii: "\n") { end += 1 }
            return (String(decoding: log.slice(start..<end), as: UTF8.self), end)
        }
        var text: [UInt8] = []
        var index = start + 1
        while index < log.count {
            if log[index] == UInt8(ascii: "\"") {
                guard index + 1 < log.count, log[index + 1] == UInt8(ascii: "\"") else {
                    return (String(decoding: text, as: UTF8.self), index + 1)
                }
                index += 1
            }
            text.append(log[index])
            index += 1
        }
        return nil
    }
}

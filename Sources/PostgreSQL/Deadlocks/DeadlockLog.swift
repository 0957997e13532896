import Glibc

/// Finds the reports of deadlocks in a piece of a server's log: plain text with any log_line_prefix, through syslog or
/// not, csvlog or jsonlog.
///
/// Messages are recognised by PostgreSQL's words or, in whatever language, by their SQLSTATE, 40P01.
public enum DeadlockLog {
    /// - Parameters:
    ///   - bytes: of a log, from any place on.
    ///   - limit: the newest so many.
    /// - Returns: the newest last.
    public static func reports(in bytes: [UInt8], limit: Int = 5) -> [DeadlockReport] {
        let log = LogText(bytes)
        var reports: [DeadlockReport] = []
        var next = 0
        for line in log.starts(ofLinesWith: ["deadlock detected", "40P01"]) where line >= next {
            guard let (report, end) = report(in: log, at: line) else { continue }
            reports.append(report)
            next = end
        }
        return reports.suffix(limit)
    }

    private static func report(in log: LogText, at line: Int) -> (DeadlockReport, end: Int)? {
        log[line] == UInt8(ascii: "{")
            ? JSONLogRecord.deadlock(in: log, at: line)
            : CSVLogRecord.deadlock(in: log, at: line) ?? PlainLogMessage.deadlock(in: log, at: line)
    }
}

/// A piece of a log by its lines.
struct LogText {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    subscript(index: Int) -> UInt8 { bytes[index] }

    /// Where lines begin that hold one of the words, in order.
    func starts(ofLinesWith words: [String]) -> [Int] {
        var starts: Set<Int> = []
        for word in words {
            var place = 0
            while let found = first(Array(word.utf8), from: place) {
                starts.insert(lineStart(before: found))
                place = found + word.utf8.count
            }
        }
        return starts.sorted()
    }

    func lineStart(before index: Int) -> Int {
        bytes[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    /// The line from there, without its line feed, and where the next one begins. A line of more than 64 KiB is cut.
    func line(at start: Int) -> (text: String, next: Int) {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let text = String(decoding: bytes[start..<min(end, start + (64 << 10))], as: UTF8.self)
        return (text.hasSuffix("\r") ? String(text.dropLast()) : text, min(end + 1, bytes.count))
    }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    private func first(_ word: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { (bytes) -> Int? in
            guard let base = bytes.baseAddress, let head = word.first else { return nil }
            var place = start
            while place + word.count <= bytes.count,
                let found = memchr(base + place, CInt(head), bytes.count - word.count + 1 - place)
            {
                if memcmp(found, word, word.count) == 0 { return UnsafeRawPointer(found) - base }
                place = UnsafeRawPointer(found) - base + 1
            }
            return nil
        }
    }
}

/// A deadlock as the server's log tells it: who waited for whom, with which statements, and whom the server ended.
public struct DeadlockReport: Sendable, Hashable {
    /// One process of the ring.
    public struct Wait: Sendable, Hashable {
        public let pid: Int
        /// `waits for ShareLock on transaction 743`; the whole line in other languages than English.
        public let what: String
        public let blockedBy: Int
    }

    /// As the log spells it, with its time zone; nil where its lines have none.
    public var time: String?
    /// `app@app`: the role and the database of the process that was ended, where the log's format tells.
    public var session: String?
    public var application: String?
    /// Each waits for the next and the last for the first. Empty where log_error_verbosity is terse.
    public var waits: [Wait]
    /// By process, without secrets, bounded in length.
    public var statements: [Int: String]
    /// `while updating tuple (0,2) in relation "debates"`
    public var context: String?
    /// Of the process that was ended.
    public var statement: String?

    /// The server ends the process that found the deadlock, and names it first.
    public var victim: Int? { waits.first?.pid }
}

extension DeadlockReport {
    /// From the parts of a message, as every format of the log has them.
    init(time: String?, detail: String?, context: String?, statement: String?) {
        let detail = DeadlockDetail(detail ?? "")
        self.time = time
        waits = detail.waits
        statements = detail.statements.mapValues(Self.shown)
        self.context = context.flatMap { $0.isEmpty ? nil : Self.oneLine($0, most: 300) }
        self.statement = statement.flatMap { $0.isEmpty ? nil : Self.shown($0) }
    }

    /// As pg_stat_activity shows statements, in one line.
    static func shown(_ statement: String) -> String { oneLine(StatementText.withoutSecrets(statement), most: 500) }

    private static func oneLine(_ text: String, most: Int) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > most ? line.prefix(most) + "…" : line
    }
}

/// The DETAIL of a deadlock (PostgreSQL's `DeadLockReport`): a line for each wait, then each one's statement.
///
///     Process 23657 waits for ShareLock on transaction 743; blocked by process 23658.
///     Process 23658 waits for ShareLock on transaction 742; blocked by process 23657.
///     Process 23657: UPDATE debates SET rounds = rounds + 1 WHERE id = 2
///     Process 23658: UPDATE debates
///       SET rounds = rounds + 1 WHERE id = 1
///
/// In other languages the words differ and so may their order, but the first number of a wait is the process and the last
/// one its blocker, and a statement's line begins with a word, the number and a colon.
struct DeadlockDetail {
    private(set) var waits: [DeadlockReport.Wait] = []
    private(set) var statements: [Int: String] = [:]

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.prefix { Self.statementHead($0) == nil }
        waits = head.compactMap(Self.wait)
        read(lines.dropFirst(head.count))
    }

    /// Statements come in the order of the waits, so that a line of a statement that only looks like the next one's
    /// beginning is not taken for it.
    private mutating func read(_ lines: ArraySlice<Substring>) {
        var expected = waits.map(\.pid)[...]
        var current: Int?
        for line in lines {
            if let (pid, text) = Self.statementHead(line), pid == expected.first || waits.isEmpty {
                expected = expected.dropFirst()
                current = pid
                statements[pid] = text
            } else if let current {
                statements[current, default: ""] += "\n" + line
            }
        }
    }

    private static func wait(_ line: Substring) -> DeadlockReport.Wait? {
        let numbers = line.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
        guard let pid = numbers.first, let blocker = numbers.last, numbers.count > 1 else { return nil }
        return DeadlockReport.Wait(pid: pid, what: english(line) ?? String(line), blockedBy: blocker)
    }

    /// `waits for ShareLock on transaction 743`
    private static func english(_ line: Substring) -> String? {
        guard let start = line.firstRange(of: "waits for "), let end = line.firstRange(of: "; blocked by") else {
            return nil
        }
        return String(line[start.lowerBound..<end.lowerBound])
    }

    /// `Process 23658: UPDATE …`, `Processus 23658 : UPDATE …`
    private static func statementHead(_ line: Substring) -> (pid: Int, text: String)? {
        let rest = line.drop { !$0.isNumber }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        let word = line[..<rest.startIndex]
        guard let pid = Int(digits), word.count <= 20, !word.contains(where: { ":;'\"(".contains($0) }) else {
            return nil
        }
        let text = rest.dropFirst(digits.count).drop { $0 == " " || $0 == "\u{A0}" }
        guard let colon = text.first, colon == ":" || colon == "：" else { return nil }
        return (pid, String(text.dropFirst().drop { $0 == " " }))
    }
}

import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Deadlocks in a log")
struct DeadlockLogTests {
    /// What a log_line_prefix can make of the same message; the time that is then read from it.
    static let prefixes: [(prefix: String, time: String?)] = [
        ("2026-11-23 17:24:47.790 UTC [23657] app@app first ", "2026-11-23 17:24:47.790 UTC"),
        (
            "2026-11-23 17:24:47 CET [23657]: [7-1] user=app,db=app,app=first: ,client=[local] ",
            "2026-11-23 17:24:47 CET"
        ),
        ("2026-11-23 17:24:47.790 +0530 [23657] ", "2026-11-23 17:24:47.790 +0530"),
        ("1700000000.123 23657 40P01 ", "1700000000.123"),
        ("", nil), ("app@app:[23657]:", nil), ("< 2026-11-23 17:24:47.790 UTC >", "2026-11-23 17:24:47.790 UTC"),
        ("Nov 23 17:24:47 db1 postgres[23657]: [7-1] ", "Nov 23 17:24:47"),
        ("2026-11-23T17:24:47.790+01:00 db1 postgres[23657]: [7-1] ", "2026-11-23T17:24:47.790+01:00"),
    ]

    @Test(arguments: prefixes)
    func areReadBehindAnyPrefix(prefix: String, time: String?) throws {
        let report = try only(Samples.plain(prefix))
        #expect(report.time == time)
        #expect(report.victim == 23657)
        #expect(report.waits == Samples.waits)
        #expect(report.statements == Samples.statements)
        #expect(report.context == #"while updating tuple (0,2) in relation "debates""#)
        #expect(report.statement == Samples.statements[23657])
    }

    /// `%l` counts the lines of a session, so that no two have the same prefix.
    @Test func linesMayBeCountedInThePrefix() throws {
        let lines = Samples.plain("@").split(separator: "\n", omittingEmptySubsequences: false)
        var number = 41
        let text = lines.map { line in
            guard line.hasPrefix("@") else { return String(line) }
            number += 1
            return "2026-11-23 17:24:47 UTC [23657]: [\(number)-1] " + line.dropFirst()
        }
        let report = try only(text.joined(separator: "\n"))
        #expect(report.waits == Samples.waits)
        #expect(report.statement == Samples.statements[23657])
    }

    /// As rsyslog writes tabs, with each further line as a message of its own.
    @Test func syslogSplitsMessages() throws {
        let text = Samples.plain("").split(separator: "\n").enumerated().map { number, line in
            "Nov 23 17:24:47 db1 postgres[23657]: [7-\(number + 1)] " + line.replacing("\t", with: "#011")
        }
        let report = try only(text.joined(separator: "\n"))
        #expect(report.waits == Samples.waits)
        #expect(report.statements == Samples.statements)
    }

    @Test func aVerboseLogHasTheSQLState() throws {
        let text = Samples.plain("[1] ").replacing("ERROR:  deadlock", with: "ERROR:  40P01: deadlock")
            .replacing("[1] STATEMENT", with: "[1] LOCATION:  DeadLockReport, deadlock.c:1148\n[1] STATEMENT")
        #expect(try only(text).statement == Samples.statements[23657])
    }

    @Test func aTerseLogHasNoProcesses() throws {
        let text =
            "[1] ERROR:  deadlock detected\n[1] STATEMENT:  UPDATE a SET b = 1\n[2] LOG:  checkpoint starting: time\n"
        let report = try only(text)
        #expect(report.waits == [])
        #expect(report.victim == nil)
        #expect(report.statement == "UPDATE a SET b = 1")
    }

    @Test(arguments: Samples.languages)
    func otherLanguagesAreKnownByTheSQLState(text: String) throws {
        let report = try only(text)
        #expect(report.waits.map(\.pid) == [23657, 23658])
        #expect(report.waits.map(\.blockedBy) == [23658, 23657])
        #expect(report.statements == Samples.statements)
        #expect(report.statement == Samples.statements[23657])
    }

    @Test func statementsHaveLinesOfTheirOwn() throws {
        let text = """
            x ERROR:  deadlock detected
            x DETAIL:  Process 1 waits for ShareLock on transaction 7; blocked by process 2.
            \tProcess 2 waits for ShareLock on transaction 8; blocked by process 1.
            \tProcess 1: UPDATE a
            \t  SET note = '
            \tProcess 1: not a head'
            \tProcess 2: ALTER ROLE u
            \t  PASSWORD 'secret'
            x HINT:  See server log for query details.
            x STATEMENT:  UPDATE a
            \t  SET note = 'x'
            y LOG:  another
            \tthing
            """
        let report = try only(text)
        #expect(report.statements[1] == "UPDATE a SET note = ' Process 1: not a head'")
        #expect(report.statements[2] == "ALTER ROLE u PASSWORD '***'")
        #expect(report.statement == "UPDATE a SET note = 'x'")
    }

    @Test func onlyTheNewestAreKept() {
        let text = (1...7).map { Samples.plain("2026-11-23 17:24:0\($0) UTC [23657] ") }.joined()
        let reports = DeadlockLog.reports(in: Array(text.utf8), limit: 3)
        #expect(reports.map(\.time) == (5...7).map { "2026-11-23 17:24:0\($0) UTC" })
        #expect(reports.allSatisfy { $0.waits == Samples.waits })
    }

    @Test(arguments: [
        "", "\n\n\n", "LOG:  process 1 detected deadlock while waiting for ShareLock on transaction 743 after 200 ms\n",
        "x STATEMENT:  SELECT 'ERROR:  deadlock detected'\n", "ERROR:  could not serialize access\n", "40P01", "{40P01",
        #"{"message":"deadlock detected""#, ",,,40P01,\"deadlock detected", "\u{FEFF}40P01:  ", ":  40P01",
    ])
    func whatIsNoneIsNotTakenForOne(text: String) {
        #expect(DeadlockLog.reports(in: Array(text.utf8)).allSatisfy { $0.waits.isEmpty && $0.statement == nil })
    }

    /// Any cut of any format, and bytes that are no text: nothing is worse than a report too few.
    @Test(arguments: [Samples.plain("2026-11-23 17:24:47 UTC [23657] "), Samples.csv, Samples.json])
    func aCutLogIsRead(text: String) {
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            _ = DeadlockLog.reports(in: Array(bytes[start...]))
            _ = DeadlockLog.reports(in: Array(bytes[..<start]))
            _ = DeadlockLog.reports(in: Array(bytes[..<start]) + [0xFF, 0xC3, 0] + bytes[start...])
        }
    }

    @Test(arguments: [Samples.csv, Samples.json])
    func structuredLogsTellWhoItWas(text: String) throws {
        let report = try only(text)
        #expect(report.time == "2026-11-23 17:24:47.790 UTC")
        #expect(report.session == "app@app")
        #expect(report.application == "first")
        #expect(report.waits == Samples.waits)
        #expect(report.statements == Samples.statements)
        #expect(report.context == #"while updating tuple (0,2) in relation "debates""#)
    }

    @Test func aReportIsReadAsATree() throws {
        let evidence = DeadlockEvidence([try only(Samples.csv)], from: "the last 1 MiB of a.csv").evidence
        #expect(evidence.map(\.id) == ["postgresql.deadlocks.reports", "postgresql.deadlocks.log"])
        guard case .tree(let branches) = evidence[0].body else { return }
        #expect(
            branches[0].text
                == "2026-11-23 17:24:47.790 UTC: 2 processes waited for each other; PostgreSQL ended process 23657 "
                + "(app@app first)")
        #expect(
            branches[0].children.map(\.text) == [
                "23657 waits for ShareLock on transaction 743, held by 23658; it was ended",
                "23658 waits for ShareLock on transaction 742, held by 23657",
                #"while updating tuple (0,2) in relation "debates""#,
                "→ touch the rows in one order (SELECT … ORDER BY key FOR UPDATE first), and keep transactions short; "
                    + "retry on SQLSTATE 40P01",
            ])
        #expect(branches[0].children[1].children.map(\.text) == [Samples.statements[23658]])
    }

    private func only(_ text: String) throws -> DeadlockReport {
        let reports = DeadlockLog.reports(in: Array(text.utf8))
        #expect(reports.count == 1)
        return try #require(reports.first)
    }
}

private enum Samples {
    static let statements = [
        23657: "UPDATE debates SET rounds = rounds + 1 WHERE id = 2",
        23658: "UPDATE debates SET rounds = rounds + 1 WHERE id = 1",
    ]
    static let waits = [
        DeadlockReport.Wait(pid: 23657, what: "waits for ShareLock on transaction 743", blockedBy: 23658),
        DeadlockReport.Wait(pid: 23658, what: "waits for ShareLock on transaction 742", blockedBy: 23657),
    ]

    /// As the server writes it, among other messages.
    static func plain(_ prefix: String) -> String {
        """
        \(prefix)LOG:  process 23657 detected deadlock while waiting for ShareLock on transaction 743 after 200.128 ms
        \(prefix)DETAIL:  Process holding the lock: 23658. Wait queue: .
        \(prefix)STATEMENT:  UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        \(prefix)ERROR:  deadlock detected
        \(prefix)DETAIL:  Process 23657 waits for ShareLock on transaction 743; blocked by process 23658.
        \tProcess 23658 waits for ShareLock on transaction 742; blocked by process 23657.
        \tProcess 23657: UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        \tProcess 23658: UPDATE debates SET rounds = rounds + 1 WHERE id = 1
        \(prefix)HINT:  See server log for query details.
        \(prefix)CONTEXT:  while updating tuple (0,2) in relation "debates"
        \(prefix)STATEMENT:  UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        \(prefix)LOG:  checkpoint starting: time

        """
    }

    static let csv = #"""
        2026-11-23 17:24:47.790 UTC,"app","app",23657,"127.0.0.1:51400",6a0f.5c69,4,"UPDATE",2026-11-23 17:24:47 UTC,3/12,742,\#
        ERROR,40P01,"deadlock detected","Process 23657 waits for ShareLock on transaction 743; blocked by process 23658.
        Process 23658 waits for ShareLock on transaction 742; blocked by process 23657.
        Process 23657: UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        Process 23658: UPDATE debates SET rounds = rounds + 1 WHERE id = 1","See server log for query details.",,,\#
        "while updating tuple (0,2) in relation ""debates""","UPDATE debates SET rounds = rounds + 1 WHERE id = 2",,,"first",\#
        "client backend",,0
        2026-11-23 17:24:48.000 UTC,,,23658,,6a0f.5c69,4,"",2026-11-23 17:24:47 UTC,,0,LOG,00000,"40P01,",,,,,,,,,"","",,0

        """#

    static let json = """
        {"timestamp":"2026-11-23 17:24:47.790 UTC","user":"app","dbname":"app","pid":23657,"error_severity":"ERROR",\
        "state_code":"40P01","message":"deadlock detected","detail":"Process 23657 waits for ShareLock on transaction 743; \
        blocked by process 23658.\\nProcess 23658 waits for ShareLock on transaction 742; blocked by process 23657.\\n\
        Process 23657: UPDATE debates SET rounds = rounds + 1 WHERE id = 2\\n\
        Process 23658: UPDATE debates SET rounds = rounds + 1 WHERE id = 1","hint":"See server log for query details.",\
        "context":"while updating tuple (0,2) in relation \\"debates\\"",\
        "statement":"UPDATE debates SET rounds = rounds + 1 WHERE id = 2","application_name":"first"}
        {"timestamp":"2026-11-23 17:24:48.000 UTC","state_code":"00000","message":"40P01"}

        """

    /// In a verbose plain log, and behind a prefix with `%e`; words made up after how catalogues of messages are.
    static let languages = [
        """
        2026-11-23 17:24:47 CET [23657] FEHLER:  40P01: Verklemmung entdeckt
        2026-11-23 17:24:47 CET [23657] DETAIL:  Prozess 23657 wartet auf ShareLock auf Transaktion 743; von Prozess 23658 gehalten.
        \tProzess 23658 wartet auf ShareLock auf Transaktion 742; von Prozess 23657 gehalten.
        \tProzess 23657: UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        \tProzess 23658: UPDATE debates SET rounds = rounds + 1 WHERE id = 1
        2026-11-23 17:24:47 CET [23657] TIPP:  Einzelheiten stehen im Log.
        2026-11-23 17:24:47 CET [23657] ORT:  DeadLockReport, deadlock.c:1148
        2026-11-23 17:24:47 CET [23657] ANWEISUNG:  UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        2026-11-23 17:24:48 CET [23658] LOG:  etwas anderes

        """,
        """
        [23657] 40P01 ERREUR :  interblocage
        [23657] 40P01 DÉTAIL :  Le processus 23657 attend ShareLock sur transaction 743 ; tenu par le processus 23658.
        \tLe processus 23658 attend ShareLock sur transaction 742 ; tenu par le processus 23657.
        \tProcessus 23657 : UPDATE debates SET rounds = rounds + 1 WHERE id = 2
        \tProcessus 23658 : UPDATE debates SET rounds = rounds + 1 WHERE id = 1
        [23657] 40P01 ASTUCE :  Voir le journal.
        [23657] 40P01 INSTRUCTION :  UPDATE debates SET rounds = rounds + 1 WHERE id = 2

        """,
    ]
}

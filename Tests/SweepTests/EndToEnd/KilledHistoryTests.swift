import Diagnostics
import GRDB
import Glibc
import Network
import Playground
import Testing

@testable import Sweep

@Suite("A history whose writers are killed")
struct KilledHistoryTests {
    private let folder = TemporaryFolder()

    /// Sixty sweeps that are killed: half at any time, half as soon as the log of the file begins to change. Each finds alerts that
    /// the one before did not have, or no more has, so that all tables are written to.
    @Test(.timeLimit(.minutes(3))) func nothingIsHalfWritten() async throws {
        for (name, threshold) in [("low", "0%"), ("high", "100%")] { configure(name, threshold) }
        try await end(of: Self.sweep(folder.path("low.yaml")))
        let begun = ContinuousClock.now
        try await end(of: Self.sweep(folder.path("high.yaml")))
        let whole = begun.duration(to: .now)
        var killed = 0
        for round in 0..<60 {
            let process = try Self.sweep(folder.path(round.isMultiple(of: 2) ? "low.yaml" : "high.yaml"))
            if round % 4 < 2 {
                try await Task.sleep(for: whole * Int.random(in: 0...120) / 100)
            } else {
                try await waitForWriting(at: .after(whole * 3))
            }
            kill(process, SIGKILL)
            if try await end(of: process) == SIGKILL { killed += 1 }
            if round % 6 == 5 { try await check() }
        }
        #expect(killed > 10)
        try await end(of: Self.sweep(folder.path("low.yaml")))
        try await check()
        #expect(folder.names.filter { $0.contains("damaged") } == [])
    }

    private func configure(_ name: String, _ threshold: String) {
        // Nobody listens at port 1: forty alerts that fire all the time, and are written anew at each sweep.
        let servers = (0..<40).map { "    - {name: r\($0), url: \"redis://127.0.0.1:1\"}\n" }.joined()
        folder.write(
            """
            targets:
              host: {name: here}
              redis:
            \(servers)
            alerts:
              HighMemoryUsage: {threshold: \(threshold), for: 0s}
              DiskSpaceLow: {threshold: \(threshold)}
            history: {path: \(folder.path("diag.sqlite"))}
            """, to: "\(name).yaml")
    }

    /// Returns when somebody writes to the log.
    private func waitForWriting(at deadline: Deadline) async throws {
        let before = folder.change(of: "diag.sqlite-wal")
        while folder.change(of: "diag.sqlite-wal") == before, !deadline.hasPassed {
            try await Reactor.shared.sleep(until: .after(.microseconds(200)))
        }
    }

    /// The file is whole, and what it says of each alert agrees with what it says has happened.
    private func check() async throws {
        let queue = try DatabaseQueue(path: folder.path("diag.sqlite"))
        try await queue.read { database in
            #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
            let columns = "alert, kind, target, source, labels"
            let alone = try Int.fetchOne(
                database,
                sql: """
                    SELECT (SELECT count(*) FROM alert_state LEFT JOIN alert_life USING (\(columns)) WHERE severity IS NULL)
                        + abs((SELECT count(*) FROM alert_state) - (SELECT count(*) FROM alert_life))
                    """)
            #expect(alone == 0, "a state without its life")
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT sum(what IN ('firing', 'refired')) - sum(what = 'resolved') AS open, coalesce(phase, '') AS phase
                    FROM event LEFT JOIN alert_state USING (\(columns)) WHERE what <> 'changed' GROUP BY \(columns)
                    """)
            #expect(rows.count > 40)
            for row in rows {
                let (open, phase): (Int, String) = (row["open"], row["phase"])
                #expect(open == (phase == "firing" ? 1 : 0), "\(row)")
            }
        }
        try queue.close()
    }

    private static func sweep(_ configuration: String) throws -> pid_t {
        try SharedHistoryTests.started(["sweep", "--config", configuration])
    }

    /// - Returns: the signal that ended it; zero for none.
    @discardableResult
    private func end(of process: pid_t) async throws -> CInt { try await SharedHistoryTests.ended(process) & 0x7F }
}

extension TemporaryFolder {
    /// When a file last changed, and its size; nil where there is none.
    fileprivate func change(of name: String) -> [Int]? {
        var status = stat()
        guard stat(path(name), &status) == 0 else { return nil }
        return [Int(status.st_size), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
    }
}

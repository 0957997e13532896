import Diagnostics
import Playground
import Synchronization
import Testing

@testable import PostgreSQL

/// A table with ten rows and sessions that get in each other's way there.
final class LockStage: Sendable {
    private let servers: PostgreSQLServers
    private let observer: SQLSession
    private let sessions = Mutex<[String: SQLSession]>([:])
    private let props = Mutex<[String]>([])
    private let found = Mutex<[String]>([])
    let table: String

    init(_ servers: PostgreSQLServers, table: String) throws {
        self.servers = servers
        self.table = table
        observer = try servers.session(on: servers.primary, as: servers.superuser, name: "observer")
        try observer.run(
            """
            DROP TABLE IF EXISTS \(table);
            CREATE TABLE \(table) (id int PRIMARY KEY, n int NOT NULL);
            INSERT INTO \(table) SELECT i, 0 FROM generate_series(1, 10) i
            """)
    }

    /// States in which our graph and the server said different things.
    var disagreements: [String] { found.withLock { $0 } }

    /// Puts up what a scenario needs beside the table, and remembers how to take it down again.
    func setUp(_ sql: String, tearDown: String) throws {
        try observer.run(tearDown)
        try observer.run(sql)
        props.withLock { $0.append(tearDown) }
    }

    func pid(_ name: String) -> Int32 { (try? session(name).backend) ?? 0 }

    /// Opened when it is first named; `name@database` in another database. All are superusers', so that they can put off
    /// the detection of deadlocks.
    private func session(_ name: String) throws -> SQLSession {
        try sessions.withLock { sessions in
            if let session = sessions[name] { return session }
            let parts = name.split(separator: "@")
            let session = try servers.session(
                on: servers.primary, as: servers.superuser, database: parts.count > 1 ? String(parts[1]) : nil,
                name: name)
            try session.run("SET deadlock_timeout = '10min'; SET statement_timeout = '120s'")
            sessions[name] = session
            return session
        }
    }

    /// Runs statements that nobody is in the way of.
    @discardableResult
    func run(_ name: String, _ sql: String) throws -> [[String?]] { try session(name).run(sql) }

    /// Sends a statement that takes long, and does not wait for it.
    func send(_ name: String, _ sql: String) throws { try session(name).send(sql) }

    /// Waits for a statement that could go on.
    func finish(_ name: String) throws { try session(name).finish() }

    /// Sends a statement that has to wait, and returns when it does: the order of the queue is the order of calls. Then
    /// the graph is held against what the server says.
    func wait(_ name: String, _ sql: String, workers: Int = 1) async throws {
        try session(name).send(sql)
        // There is no waitstart before PostgreSQL 14.
        let question = """
            SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE coalesce(a.leader_pid, a.pid) = $1::int AND NOT granted
                AND to_jsonb(l) -> 'waitstart' IS DISTINCT FROM 'null'
            """
        try await until("\(name) waits") { Int(try ask(question, String(pid(name)))) ?? 0 >= workers }
        try await check("when \(name) waits: \(sql)")
    }

    func until(_ what: String, _ condition: () throws -> Bool) async throws {
        guard try await eventually(condition) else {
            throw ProbeError(.timedOut, step: "wait until \(what)", message: "it did not come about")
        }
    }

    /// One value that the observer sees.
    func ask(_ sql: String, _ values: String...) throws -> String {
        try observer.run(sql, values).first?.first.flatMap { $0 } ?? ""
    }

    /// Holds the graph against the server's own answer.
    func check(_ state: String) async throws {
        let (graph, server) = try await bothAnswers()
        guard graph.blockersByPID != server else { return }
        found.withLock { $0.append("\(state): \(graph.blockersByPID) and not \(server)") }
    }

    /// Our graph, and what the server says of the same standstill: the same before and after we looked.
    func bothAnswers() async throws -> (graph: LockGraph, server: [Int32: Set<Int32>]) {
        for _ in 0..<20 {
            let before = try serversAnswer()
            let graph = try await readGraph()
            if try serversAnswer() == before { return (graph, before) }
        }
        throw ProbeError(.timedOut, step: "compare", message: "there is no standstill")
    }

    func readGraph(as account: Account? = nil, database: String? = nil) async throws -> LockGraph {
        let settings = servers.settings(for: servers.primary, as: account ?? servers.monitor, database: database)
        return try await LockGraph.read(from: settings, until: .after(.seconds(20)))
    }

    /// A parallel worker's answer is its leader's.
    private func serversAnswer() throws -> [Int32: Set<Int32>] {
        let rows = try observer.run(
            """
            SELECT coalesce(CASE WHEN a.backend_type = 'parallel worker' THEN a.leader_pid END, l.pid),
                   array_to_string(pg_blocking_pids(l.pid), ',')
            FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) l LEFT JOIN pg_stat_activity a USING (pid)
            """)
        let server = rows.map { row in
            let blockers = (row[1] ?? "").split(separator: ",").compactMap { Int32($0) }
            return (Int32(row[0] ?? "") ?? 0, Set(blockers))
        }
        return Dictionary(server, uniquingKeysWith: { $0.union($1) })
    }

    /// A backend that waits for a lock does not notice that its client has gone, so it is told to.
    func clear() {
        let sessions = sessions.withLock { $0 }
        let pids = sessions.values.map { String($0.backend) }.joined(separator: ",")
        // Since PostgreSQL 14 it can wait for the end; before, what is dropped next waits for it.
        let arguments = servers.installation.major >= 14 ? "pid, 5000" : "pid"
        _ = try? observer.run("SELECT pg_terminate_backend(\(arguments)) FROM unnest(ARRAY[\(pids)]::int[]) AS pid")
        for gid in (try? observer.run("SELECT gid FROM pg_prepared_xacts"))?.compactMap({ $0.first ?? nil }) ?? [] {
            _ = try? observer.run("ROLLBACK PREPARED '\(gid.replacing("'", with: "''"))'")
        }
        for prop in props.withLock({ $0 }) { _ = try? observer.run(prop) }
        _ = try? observer.run("DROP TABLE IF EXISTS \(table) CASCADE")
        for session in sessions.values { session.close() }
        observer.close()
    }
}

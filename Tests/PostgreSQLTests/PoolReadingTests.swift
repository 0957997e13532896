import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Why clients wait for a pool")
struct PoolReadingTests {
    /// Pool, what else the console says, and a part of the sentence.
    private static let cases: [([String: String], [String: String], String?, String)] = [
        (["sv_active": "4"], [:], "active", "its 4 server connections are all busy (pool_size 4): statements are slow"),
        (["sv_active": "4", "pool_mode": "session"], [:], "active", "in session mode a client keeps"),
        (["sv_active": "4"], ["paused": "1"], "active", "database app is paused: RESUME app"),
        (["sv_active": "4"], [:], "suspended", "PgBouncer is suspended as a whole"),
        ([:], [:], "active", "it has no server connection: 10.0.0.5:5432/app is not to be reached"),
        ([:], [:], nil, "PgBouncer is paused (RESUME), or 10.0.0.5:5432/app"),
        (["sv_login": "2"], [:], "active", "its 2 server connections are still logging in to 10.0.0.5:5432/app"),
        (
            ["sv_active": "2"], ["max_connections": "5", "current_connections": "5"], "active",
            "all 5 server connections that database app may have (max_db_connections) are taken"
        ),
        (
            ["sv_active": "3", "sv_idle": "1"], [:], "active",
            "3 of its 4 server connections are busy: the queue moves on"
        ),
    ]

    @Test(arguments: cases)
    func isReadOffTheNumbers(
        pool: [String: String], database: [String: String], state: String?, expected: String
    ) throws {
        var view = PoolerView(version: "PgBouncer 1.24.1")
        view.state = state
        view.databases = [try PooledDatabase(row(databaseRow.merging(database) { $1 }))]
        let pool = try Pool(row(poolRow.merging(pool) { $1 }))
        let sentence = PoolReading(pool: pool, view: view).sentence
        #expect(sentence.hasPrefix("12 clients wait for app/worker, the longest 3.2 s: "))
        #expect(sentence.contains(expected), "\(sentence)")
    }

    /// Before 1.8 there was no `maxwait_us`, before 1.18 no columns for cancel requests, since 1.24 the reserve has another name.
    @Test func columnsComeAndGoWithVersions() throws {
        let old = try Pool(
            row(["database": "app", "user": "u", "cl_waiting": "1", "maxwait": "7", "sv_active": "2"]))
        #expect(old.longestWait == 7)
        #expect(old.servers == 2)
        #expect(old.mode == nil)
        let new = try Pool(row(poolRow.merging(["sv_being_canceled": "1", "load_balance_hosts": ""]) { $1 }))
        #expect(new.servers == 1)
        #expect(try PooledDatabase(row(["name": "a", "reserve_pool_size": "3"])).reserveSize == 3)
        #expect(try PooledDatabase(row(["name": "a", "reserve_pool": "2"])).reserveSize == 2)
    }

    @Test func timesOfTheConsoleAreOnlyCompared() throws {
        let before = try #require(PooledConnection.civilSeconds("2027-02-28 23:59:58 CET"))
        let after = try #require(PooledConnection.civilSeconds("2027-03-01 00:00:01 CET"))
        #expect(after - before == 3)
        #expect(PooledConnection.civilSeconds("yesterday") == nil)
    }

    private let poolRow = [
        "database": "app", "user": "worker", "cl_active": "1", "cl_waiting": "12", "sv_active": "0", "sv_idle": "0",
        "maxwait": "3", "maxwait_us": "200000", "pool_mode": "transaction",
    ]
    private let databaseRow = ["name": "app", "host": "10.0.0.5", "port": "5432", "database": "app", "pool_size": "4"]

    private func row(_ values: [String: String]) -> Row {
        var rows = Rows(columns: values.keys.sorted())
        for value in values.sorted(by: { $0.key < $1.key }).map(\.value) {
            var bytes = Array(value.utf8)
            bytes.withUnsafeMutableBytes { rows.append(UnsafeRawBufferPointer($0)) }
        }
        return rows[0]
    }
}

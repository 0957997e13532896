import Diagnostics
import Playground
import Queries
import Testing

@testable import PostgreSQL

@Suite("Questions of one's own on a server")
struct OwnQueryOnServerTests {
    /// A question whose answer has a shop and a number; the metric is named after the question.
    private func orders(
        _ name: String, _ statement: String, servers: String = "13-", more: String = "-- rows: 20"
    ) throws -> OwnQuery {
        let text = """
            -- Orders that wait.
            -- servers: \(servers)
            -- role:    any
            \(more)
            -- column: shop text; its name
            -- column: waiting bigint; how many
            -- metric: \(name)_waiting gauge from waiting by shop; Orders that wait.
            \(statement)
            """
        return try OwnQuery(SQLFile(name: name, path: "own/\(name).sql", text: text))
    }

    private func observe(_ queries: [OwnQuery], sweeping: Bool = false) async throws -> Observation {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.ownQueries = queries
        return await PostgreSQLProbe(settings, questions: sweeping ? PostgreSQLProbe.Question.sweep : [.own])
            .observe(until: .after(.seconds(20)))
    }

    private let good = "SELECT * FROM (VALUES ('north', 3::int8), ('south', NULL), (NULL, 5)) AS o(shop, waiting);"

    @Test func giveMetricsAndEvidence() async throws {
        let seen = try await observe([orders("orders", good)], sweeping: true)
        #expect(seen.problems == [])
        let samples = seen.samples.filter { $0.metric.name == "orders_waiting" }
        #expect(samples.map(\.value) == [3, 5])
        #expect(samples.map(\.labels) == [["shop": "north"], [:]])
        #expect(seen.column("shop", of: "postgresql.own.orders") == [.text("north"), .text("south"), .none])
        #expect(seen.column("waiting", of: "postgresql.own.orders") == [.integer(3), .none, .integer(5)])
    }

    @Test func failEachAlone() async throws {
        let queries = [
            try orders("absent", "SELECT shop, waiting FROM no_such_table"),
            try orders("forbidden", "SELECT rolname::text AS shop, 1::int8 AS waiting FROM pg_authid"),
            try orders("two", "SELECT 'a' AS shop, 1::int8 AS waiting; SELECT 1"),
            try orders("writing", "WITH gone AS (DELETE FROM votes) SELECT 'a' AS shop, 1::int8 AS waiting"),
            try orders("slow", "SELECT 'a' AS shop, 1::int8 AS waiting FROM pg_sleep(60)", more: "-- timeout: 100 ms"),
            try orders("other", "SELECT 1 AS shop, 1::int8 AS waiting"),
            try orders("twice", "SELECT 'a'::text AS shop, n::int8 AS waiting FROM generate_series(1, 2) n"),
            try orders("huge", "SELECT 'a' || n AS shop, n::int8 AS waiting FROM generate_series(1, 100000) n"),
            try orders("good", good),
        ]
        let seen = try await observe(queries)
        let reasons = Dictionary(seen.gaps.map { ($0.metric, $0.reason) }, uniquingKeysWith: { $1 })
        #expect(reasons["absent_waiting"]?.contains("no_such_table") == true)
        #expect(reasons["forbidden_waiting"]?.contains("pg_authid") == true)
        #expect(reasons["two_waiting"]?.contains("syntax error") == true)
        #expect(reasons["writing_waiting"]?.contains("data-modifying statement") == true)
        #expect(reasons["slow_waiting"]?.contains("statement timeout") == true)
        #expect(
            reasons["other_waiting"]
                == "own/other.sql:5: the header says \"shop text\", the answer \"shop integer\"")
        #expect(reasons["twice_waiting"]?.hasPrefix("own/twice.sql:7: rows 1 and 2 are the same series") == true)
        #expect(reasons["huge_waiting"]?.contains("more than 1000 rows") == true)
        #expect(reasons.count == 8)
        #expect(
            seen.samples.filter { $0.metric.name.hasSuffix("_waiting") }.allSatisfy { $0.metric.name == "good_waiting" }
        )
        #expect(seen.column("shop", of: "postgresql.own.huge").count == 20)
        #expect(seen.evidence("postgresql.own.good") != nil)
        #expect(seen.failure == nil)
    }

    /// What one question may take is not what the next one may.
    @Test func keepTheirTimeToThemselves() async throws {
        let seen = try await observe([
            try orders("hasty", good, more: "-- timeout: 1 ms"),
            try orders(
                "patient", "SELECT 'a' AS shop, 1::int8 AS waiting FROM pg_sleep(0.2)", more: "-- timeout: 60 s"),
        ])
        #expect(seen.samples.contains { $0.metric.name == "patient_waiting" })
    }

    @Test func areAskedOnlyOfServersTheyServe() async throws {
        let seen = try await observe([
            try orders("old", "SELECT gone FROM pg_class", servers: "9-12"),
            try orders("new", good, servers: "13-"),
        ])
        #expect(seen.problems == [])
        #expect(seen.gaps.map(\.metric) == ["old_waiting"])
        #expect(
            seen.gaps.first?.reason.hasPrefix("own/old.sql serves PostgreSQL 9 to 12, and this server is 1") == true)
        #expect(seen.evidence("postgresql.own.old") == nil)
    }

    @Test func countSinceAResetAndForOneCluster() async throws {
        let query = try OwnQuery(
            SQLFile(
                name: "visits", path: "own/visits.sql",
                text: """
                    -- Visits.
                    -- servers: 13-
                    -- role:    any
                    -- column: visits numeric; how many
                    -- column: size bigint, bytes; of them
                    -- column: length interval; of the longest
                    -- column: opened double precision, seconds since 1970; when counting began
                    -- metric: shop_visits_total counter from visits since opened; Visits.
                    -- metric: shop_size_bytes gauge from size; Their size.
                    SELECT 12.5 AS visits, 2048::int8 AS size, interval '1 min' AS length, 1e9::float8 AS opened
                    """))
        let seen = try await observe([query])
        let counter = try #require(seen.samples.first { $0.metric.name == "shop_visits_total" })
        #expect(counter.metric.kind == .counter)
        #expect(counter.value == 12.5)
        #expect(counter.countedSince == Timestamp(secondsSinceEpoch: 1e9))
        #expect(counter.identity != nil)
        #expect(seen.samples.first { $0.metric.name == "shop_size_bytes" }?.identity == nil)
        #expect(seen.column("size", of: "postgresql.own.visits") == [.bytes(2048)])
        #expect(seen.column("opened", of: "postgresql.own.visits") == [.time(Timestamp(secondsSinceEpoch: 1e9))])
    }

    @Test func showOursAsTheyAreWritten() async throws {
        let servers = try await Playground.shared.postgresql()
        for file in PostgreSQLQueries.all where file.servers?.contains(15) == true {
            let account = file.needsMoreThanPgMonitor ? servers.superuser : servers.monitor
            let seen = await PostgreSQLProbe(
                servers.settings(for: servers.primary, as: account), questions: [.asWritten([file])]
            ).observe(until: .after(.seconds(20)))
            #expect(seen.problems == [], "\(file.name)")
            #expect(seen.evidence("postgresql.query.\(file.name)") != nil, "\(file.name)")
        }
    }
}

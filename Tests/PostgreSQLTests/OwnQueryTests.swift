import Diagnostics
import Queries
import Testing

@testable import PostgreSQL

@Suite("A question of one's own")
struct OwnQueryTests {
    static let text = """
        -- Orders that wait.
        --
        -- servers: 13-
        -- role:    any
        --
        -- column: shop text; its name
        -- column: waiting bigint; how many
        --
        -- metric: shop_orders_waiting gauge from waiting by shop; Orders that wait.
        SELECT shop, waiting FROM orders;
        -- The end.

        """

    static func file(_ name: String = "orders", _ text: String = text) -> SQLFile {
        SQLFile(name: name, path: "own/\(name).sql", text: text)
    }

    @Test func isAskedWithoutItsEndAndBounded() throws {
        let query = try OwnQuery(Self.file())
        #expect(
            query.statement == "SELECT * FROM (\nSELECT shop, waiting FROM orders\n) AS answer LIMIT 1001")
        #expect(query.metrics == [Metric("shop_orders_waiting", .gauge, "Orders that wait.")])
    }

    /// What is put in place of what, and what is then said of which line.
    @Test(arguments: [
        ("shop_orders_waiting", "diag_orders_waiting", "own/orders.sql:9: metric \"diag_orders_waiting\": names"),
        ("metric:", "derived:", "own/orders.sql:9: \"derived\" is for diag's own"),
        ("shop", "kind", "own/orders.sql:9: \"kind\" cannot be a label"),
        ("SELECT", "DELETE", "own/orders.sql:10: a question is one SELECT (or WITH, VALUES, TABLE)"),
        ("SELECT", "/* SELECT */ -- SELECT\n COPY", "own/orders.sql:10: a question is one SELECT"),
        ("-- servers: 13-", "-- server: 13-", "own/orders.sql:3: there is no field \"server\""),
    ])
    func isNotAskedWithAMistake(part: String, other: String, message: String) {
        let text = Self.text.replacing(part, with: other)
        let mistake = #expect(throws: OwnQuery.Mistake.self) { try OwnQuery(Self.file("orders", text)) }
        #expect(mistake?.description.hasPrefix(message) == true, "\(mistake?.description ?? "")")
    }

    @Test(arguments: ["WITH a AS (SELECT 1) SELECT", "(SELECT", "/* why */ -- and how\n  select", "TABLE"])
    func beginsAsQueriesDo(beginning: String) throws {
        _ = try OwnQuery(Self.file("orders", Self.text.replacing("SELECT", with: beginning)))
    }

    @Test func hasANameThatNamesEvidence() {
        #expect(throws: OwnQuery.Mistake.self) { try OwnQuery(Self.file("the orders")) }
    }

    @Test func sharesNoMetricWithAnotherOnTheSameServer() throws {
        let second = Self.text.replacing("servers: 13-", with: "servers: 15-")
        let mistake = #expect(throws: OwnQuery.Mistake.self) {
            try OwnQuery.checked([Self.file("a"), Self.file("b", second)])
        }
        #expect(
            mistake?.description
                == "own/b.sql:9: metric \"shop_orders_waiting\" is that of own/a.sql:9, for the same servers")
    }

    @Test func mayHaveVariantsThatAgree() throws {
        let old = Self.text.replacing("servers: 13-", with: "servers: 13")
        let new = Self.text.replacing("servers: 13-", with: "servers: 14-")
        #expect(try OwnQuery.checked([Self.file("a-13", old), Self.file("a", new)]).count == 2)
        #expect(throws: OwnQuery.Mistake.self) {
            try OwnQuery.checked([Self.file("a", old), Self.file("b", new.replacing("gauge", with: "counter"))])
        }
    }
}

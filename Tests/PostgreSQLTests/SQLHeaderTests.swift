import Queries
import Testing

@Suite("The header of an .sql file")
struct SQLHeaderTests {
    private static let good = """
        -- Orders that wait,
        -- by shop.
        --
        -- Prose in between: it may hold colons.
        --
        -- servers: 13-16
        -- role:    any; nothing is missing
        -- rows:    5
        -- timeout: 500 ms
        --
        -- column: shop text; its name
        -- column: waiting bigint; how many
        -- column: oldest double precision, seconds; since it came
        -- column: opened double precision, seconds since 1970; start of the shop
        --
        -- metric: shop_orders_waiting gauge from waiting by shop; Orders that wait.
        -- metric: shop_orders_seconds_total counter
        --         from oldest by shop since opened;
        --         All of their waiting.
        SELECT 1
        """

    private static func file(_ text: String) -> SQLFile { SQLFile(name: "orders", path: "my/orders.sql", text: text) }

    @Test func isReadWhole() throws {
        let header = try SQLHeader(of: Self.file(Self.good))
        #expect(header.purpose == "Orders that wait, by shop.")
        #expect(header.servers == 13...16)
        #expect(header.role == "any; nothing is missing")
        #expect(header.rows == 5)
        #expect(header.timeout == .milliseconds(500))
        #expect(header.columns.map(\.name) == ["shop", "waiting", "oldest", "opened"])
        #expect(header.columns[2].type == .doublePrecision)
        #expect(header.columns[2].unit == "seconds")
        #expect(header.columns[2].help == "since it came")
        #expect(header.metrics[0].labels == ["shop"])
        #expect(header.metrics[0].since == nil)
        #expect(header.metrics[1].kind == .counter)
        #expect(header.metrics[1].since == "opened")
        #expect(header.metrics[1].help == "All of their waiting.")
    }

    /// What is put in place of what, and what is then said of which line.
    @Test(arguments: [
        ("-- servers: 13-16\n", "", "my/orders.sql:1: the header has no line \"-- servers: …\""),
        ("13-16", "16-13", "my/orders.sql:6: \"16-13\" is no range"),
        ("-- role:    any; nothing is missing", "-- servers: 14", "my/orders.sql:7: a second \"servers\""),
        ("-- rows: ", "-- rwos: ", "my/orders.sql:8: there is no field \"rwos\""),
        ("rows:    5", "rows:    0", "my/orders.sql:8: \"0\" is no number of rows"),
        ("500 ms", "500", "my/orders.sql:9: \"500\" is no time"),
        ("500 ms", "2 h", "my/orders.sql:9: \"2 h\" is no time"),
        ("shop text", "shop string", "my/orders.sql:11: column \"shop\" has the unknown type \"string\""),
        ("shop text; its name", "shop text", "my/orders.sql:11: a column is written"),
        ("column: waiting", "column: shop", "my/orders.sql:12: a second column \"shop\""),
        (" gauge from", " gague from", "my/orders.sql:16: a metric is written"),
        ("gauge from waiting by", "gauge waiting by", "my/orders.sql:16: a metric is written"),
        ("waiting by shop; Orders that wait.", "waiting by shop;", "my/orders.sql:16: a metric is written"),
        (
            "from waiting by shop", "from shop by shop",
            "my/orders.sql:16: metric \"shop_orders_waiting\" needs a number"
        ),
        ("waiting by shop;", "waiting by oldest;", "my/orders.sql:16: label \"oldest\""),
        ("waiting by shop;", "waiting by shops;", "my/orders.sql:16: metric \"shop_orders_waiting\" names the column"),
        ("waiting by shop;", "waiting, oldest;", "my/orders.sql:16: metric \"shop_orders_waiting\" can come from one"),
        ("shop_orders_waiting gauge", "shop_orders_total gauge", "my/orders.sql:16: metric \"shop_orders_total\""),
        ("shop_orders_waiting", "shop-orders", "my/orders.sql:16: \"shop-orders\" is no name"),
        ("shop_orders_seconds_total", "shop_orders_seconds", "my/orders.sql:17: metric \"shop_orders_seconds\""),
        ("since opened", "since oldest", "my/orders.sql:17: \"oldest\" must have the unit"),
        ("SELECT 1", "", "my/orders.sql:20: no statement"),
        ("-- Orders that wait,\n-- by shop.\n", "", "my/orders.sql:1: the file does not begin with a comment"),
    ])
    func isNotGuessedAt(part: String, other: String, message: String) throws {
        let text = Self.good.replacing(part, with: other, maxReplacements: 1)
        #expect(text != Self.good)
        let mistake = #expect(throws: SQLHeader.Mistake.self) { try SQLHeader(of: Self.file(text)) }
        #expect(mistake?.description.hasPrefix(message) == true, "\(mistake?.description ?? "")")
    }

    @Test(arguments: [("13-", 13...Int.max), ("14", 14...14), ("13 - 15", 13...15)])
    func namesTheServersItServes(text: String, range: ClosedRange<Int>) {
        #expect(Self.file(Self.good.replacing("13-16", with: text)).servers == range)
    }
}

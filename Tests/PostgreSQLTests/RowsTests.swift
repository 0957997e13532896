import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Rows of an answer")
struct RowsTests {
    private let rows: Rows = {
        var rows = Rows(columns: ["pid", "usename", "since", "granted"])
        for value in ["42", "größe", "1795443929.5", "t", "x", nil, "infinity", "f"] as [String?] {
            guard let value else {
                rows.append(nil)
                continue
            }
            Array(value.utf8).withUnsafeBytes { rows.append($0) }
        }
        return rows
    }()

    @Test func areReadByNameAndType() throws {
        #expect(rows.count == 2)
        #expect(try rows[0].get("pid") == 42)
        #expect(try rows[0].get("pid") == Int32(42))
        #expect(try rows[0].get("usename") == "größe")
        #expect(try rows[0].get("since") == Timestamp(secondsSinceEpoch: 1_795_443_929.5))
        #expect(try rows[0].get("granted") == true)
        #expect(try rows[1].get("granted") == false)
    }

    @Test func tellAbsentFromEmpty() throws {
        #expect(try rows[1].getIfPresent("usename", as: String.self) == nil)
        #expect(throws: RowError.null("usename", row: 1)) { try rows[1].get("usename", as: String.self) }
    }

    @Test func sayWhichColumnIsMissing() {
        #expect(throws: RowError.noSuchColumn("state", has: ["pid", "usename", "since", "granted"])) {
            try rows[0].get("state", as: String.self)
        }
    }

    @Test func sayWhatIsNoSuchValue() {
        #expect(throws: RowError.notA("Int", column: "pid", row: 1, text: "x")) { try rows[1].get("pid", as: Int.self) }
        #expect(throws: RowError.self) { try rows[1].get("since", as: Timestamp.self) }
        #expect(throws: RowError.self) { try rows[0].get("pid", as: Bool.self) }
        #expect(
            "\(RowError.notA("Int", column: "pid", row: 1, text: "x"))" == "column \"pid\" of row 2 is no Int: \"x\"")
    }
}

@Suite("A statement in evidence")
struct StatementTextTests {
    @Test(arguments: [
        ("SELECT 'x' FROM t WHERE id = $1", "SELECT 'x' FROM t WHERE id = $1"),
        ("ALTER ROLE app PASSWORD 's3cret' VALID UNTIL $1", "ALTER ROLE app PASSWORD '***' VALID UNTIL $1"),
        ("create role app password 's3''cret'", "create role app password '***''***'"),
        ("ALTER ROLE app PASSWORD 's3cr", "ALTER ROLE app PASSWORD '***'"),
        ("DO $x$ ALTER ROLE app PASSWORD 's3cret' $x$", "DO '***'"),
        ("CREATE SUBSCRIPTION s CONNECTION 'password=s3cret'", "CREATE SUBSCRIPTION s CONNECTION '***'"),
    ])
    func showsNoPassword(text: String, shown: String) {
        #expect(StatementText.withoutSecrets(text) == shown)
    }
}

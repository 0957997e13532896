import Diagnostics
import Testing

@testable import Report

@Suite("Evidence")
struct EvidenceTests {
    private let hogs = Evidence.table(
        "postgresql.connections.clients", "Connections by user",
        columns: ["usename", "application_name", "count", "oldest"],
        rows: [
            [.text("app"), .text("api\u{1B}[2J"), .integer(25), .seconds(143)],
            [.none, .text("x"), .integer(3), .none],
        ])

    @Test func aTableIsAlignedWithNumbersToTheRight() {
        let text = EvidenceText(ink: Ink(isColoured: false), width: 100, limit: 10)
        #expect(
            text.lines(hogs) == [
                "Connections by user",
                "  usename  application_name  count      oldest",
                "  app      api\\u{1b}[2J         25  2 min 23 s",
                "  -        x                     3           -",
            ])
    }

    @Test func longTablesSayHowMuchIsLeftOut() {
        let text = EvidenceText(ink: Ink(isColoured: false), width: 100, limit: 1)
        #expect(text.lines(hogs).last == "  … 1 more")
    }

    @Test func aTreeShowsWhoHangsBelowWhom() {
        let tree = Evidence(
            id: "locks", title: "Locks",
            .tree([Branch("root", [Branch("first", [Branch("deep")]), Branch("second")])]))
        let text = EvidenceText(ink: Ink(isColoured: false), width: 100, limit: 10)
        #expect(text.lines(tree) == ["Locks", "  root", "  ├─ first", "  │  └─ deep", "  └─ second"])
    }

    @Test func inJSONNumbersArePlainAndColumnsAreKeys() {
        #expect(
            hogs.json.serialized() == """
                {
                  "id": "postgresql.connections.clients",
                  "title": "Connections by user",
                  "rows": [
                    {
                      "usename": "app",
                      "application_name": "api\\u001b[2J",
                      "count": 25,
                      "oldest": 143
                    },
                    {
                      "usename": null,
                      "application_name": "x",
                      "count": 3,
                      "oldest": null
                    }
                  ]
                }

                """)
    }
}

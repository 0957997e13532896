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

@Suite("Tables that are too wide")
struct TableLayoutTests {
    private let table = Table(
        columns: ["application_name", "slot_name", "not_replayed", "replay_lag", "query"],
        rows: [
            [
                .text("standby"), .none, .bytes(2048), .seconds(31.9),
                .text("select a long text that nobody needs whole"),
            ],
            [.text("other"), .none, .bytes(0), .none, .text("-")],
        ])

    @Test func asTheyAreWhereTheyFit() {
        let layout = TableLayout(table, width: 200)
        #expect(layout.headerLines == ["application_name  slot_name  not_replayed  replay_lag  query"])
        #expect(layout.rowLines[1] == "other             -                   0 B           -  -")
    }

    @Test func giveUpEmptyColumnsThenHeadingsThenTextsButNoNumbers() {
        let layout = TableLayout(table, width: 50)
        #expect(layout.headerLines == ["application_      not_  replay_", "name          replayed      lag  query"])
        #expect(
            layout.rowLines == [
                "standby        2.0 KiB   31.9 s  select a long te…", "other              0 B        -  -",
            ])
    }
}

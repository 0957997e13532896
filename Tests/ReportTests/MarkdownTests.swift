import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("A sweep for a ticket")
struct MarkdownTests {
    private let text = Scenario.report.markdown()

    @Test func theWorstStandsFirst() throws {
        let heads = text.split(separator: "\n").filter { $0.hasPrefix("# CRITICAL") || $0.hasPrefix("## ") }
        #expect(heads[0].hasPrefix("# CRITICAL: 3 alerts fire, 1 pending, "))
        #expect(heads[1] == "## P1 InstanceDown: An instance is down")
        #expect(heads[2].hasPrefix("## P1 PostgreSQLConnectionsExhausted"))
        #expect(heads.contains("## Pending"))
        #expect(heads.last == "## OK")
    }

    @Test func evidenceIsATableWithNumbersToTheRight() {
        #expect(
            text.contains(
                "| usename | application\\_name | connections |\n| --- | --- | --: |\n| app | api\\\\u\\{1b\\}\\[2J | 25 |"
            ))
    }

    @Test func whatToTypeCanBeCopied() { #expect(text.contains("```sh\n# See who holds the connections")) }

    @Test(
        arguments: [
            ("a|b", "a\\|b"), ("`rm`", "\\`rm\\`"), ("<img src=x>", "\\<img src=x\\>"), ("&lt;", "\\&\u{2060}lt;"),
            ("[x](http://e.vil)", "\\[x\\](http:\u{2060}//e.vil)"), ("![x](y)", "\\!\\[x\\](y)"),
            ("@here, a@b.c", "@\u{2060}here, a@\u{2060}b.c"), ("see #12", "see \\#\u{2060}12"),
            ("www.evil.example", "www\u{2060}.evil.example"), ("*_~", "\\*\\_\\~"), ("a\nb", "a\\\\nb"),
            ("93 % > 90 %", "93 % \\> 90 %"), ("$x$", "\\$\u{2060}x\\$"), ("ftp://h", "ftp:\u{2060}//h"), ("", ""),
            ("[\u{301}x]\u{301}(y)", "\\[\u{301}x\\]\u{301}(y)"), ("|\u{308}`\u{308}", "\\|\u{308}\\`\u{308}"),
            ("\u{1B}[31m", "\\\\u\\{1b\\}\\[31m"),
        ])
    func textOfServersIsPlainText(text: String, expected: String) { #expect(markdownSafe(text) == expected) }

    @Test func noTextEndsItsBlock() {
        #expect(markdownCode(["a", "```", "````x"]) == "`````\na\n```\n````x\n`````")
        #expect(markdownCode(["a\n```\n# x"]) == "````\na\\n```\\n# x\n````")
    }

    @Test func aQueryCannotWriteIntoTheTicket() {
        let query = "SELECT 1 | `x` </td>\n\n# @everyone"
        let table = MarkdownEvidence(limit: 5).blocks(
            .table("x", "Sessions", columns: ["query"], rows: [[.text(query)], [.none]]))
        #expect(table.count == 2)
        #expect(table[1].split(separator: "\n").count == 4)
        #expect(!table[1].contains("@everyone"))
    }

    @Test func aCommandShowsAllOfItsTarget() {
        var report = Scenario.report
        report.isSweep = false
        let text = report.markdown()
        #expect(
            text.contains("## postgresql primary (10.0.0.5:5432)\n\n**Connections by user, application and address**"))
        #expect(text.contains("**Failed:** connect: no answer within the deadline"))
    }
}

import Diagnostics
import PostgreSQL
import Runbook

extension SweepReport {
    /// One page that needs nothing but itself: no script, no picture, no font from elsewhere, and a policy that lets none in.
    ///
    /// - Parameter isWhole: all rows of all evidence.
    public func html(isWhole: Bool = false) -> String { HTMLPage(self, isWhole: isWhole).rendered() }
}

private struct HTMLPage {
    private let report: SweepReport
    private let evidence: HTMLEvidence
    private let past: [JudgedValue.Key: JudgedSeries]

    init(_ report: SweepReport, isWhole: Bool) {
        self.report = report
        evidence = HTMLEvidence(limit: isWhole ? .max : 50)
        past = Dictionary(report.past.map { ($0.key, $0) }) { $1 }
    }

    func rendered() -> String {
        let sections =
            [header, contents] + firing + [locks, pending, unknown] + inFull + [problems, ok, notes, footer]
        return head + "<body>\n" + sections.filter { !$0.isEmpty }.joined(separator: "\n") + "\n</body>\n</html>\n"
    }

    private var head: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '\(HTMLStyle.hash)'; \
        base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>\(word): \(markupSafe(report.inShort))</title>
        <style>\(HTMLStyle.css)</style>
        </head>

        """
    }

    private var word: String { StatusWord(report.exitStatus).text }

    private var header: String {
        "<header><h1><span class=\"badge \(word.lowercased())\">\(word)</span>\(markupSafe(report.inShort))</h1>"
            + "<p class=\"faint\">\(report.started)</p></header>"
    }

    /// Where there are too many to see at a glance.
    private var contents: String {
        guard report.firingParts.count > 2 else { return "" }
        let items = report.firingParts.enumerated().map { number, part in
            let targets = unique(part.findings.compactMap { $0.target?.name }).joined(separator: ", ")
            return "<li>\(badge(part.first)) <a href=\"#alert-\(number)\">\(markupSafe(part.first.alert))</a> "
                + "\(markupSafe(targets)): <span class=\"value\">\(markupSafe(part.first.summary))</span></li>"
        }
        return "<ol>\(items.joined(separator: "\n"))</ol>"
    }

    private func badge(_ finding: Finding) -> String {
        "<span class=\"badge p\(finding.severity.rawValue)\">\(finding.severity)</span>"
    }

    private var footer: String { "<footer>diag \(markupSafe(report.version))</footer>" }
}

// MARK: - What fires

extension HTMLPage {
    private var firing: [String] {
        report.firingParts.enumerated().map { number, part in
            let first = part.first
            let title =
                "\(badge(first))\(markupSafe(first.alert)) <span class=\"faint\">\(markupSafe(first.title))</span>"
            let meaning = Catalogue.alert(named: first.alert).map { "<p>\(markupSafe($0.meaning))</p>" } ?? ""
            let shown = report.isSweep ? part.evidence.enumerated().map { evidence.html($1, isOpen: $0 < 2) } : []
            let places = "<ul class=\"places\">\(part.findings.map(place).joined(separator: "\n"))</ul>"
            return "<section class=\"alert\" id=\"alert-\(number)\"><h2>\(title)</h2>\n\(meaning)\(places)\n"
                + (shown + [steps(part.steps)]).joined(separator: "\n") + "</section>"
        }
    }

    private func place(_ finding: Finding) -> String {
        let since = report.circumstances(of: finding)
        let target = markupSafe(finding.target?.nameAndAddress ?? "")
        let words =
            "<div>\(target): <span class=\"value\">\(markupSafe(finding.summary))</span>"
            + (since.isEmpty ? "" : " <span class=\"faint\">\(markupSafe(since))</span>") + "</div>"
        return "<li>\(words)\(chart(finding))</li>"
    }

    private func chart(_ finding: Finding) -> String {
        let series = JudgedValue.Key(finding).flatMap { past[$0] }
        return Sparkline(series, now: finding, from: report.started, to: report.ended)?.html ?? ""
    }

    /// What would change something is a click away from who only looks.
    private func steps(_ steps: [NextStep]) -> String {
        let (acts, looks) = (steps.filter(\.changesSomething), steps.filter { !$0.changesSomething })
        let changes = acts.isEmpty ? "" : "<details><summary>What changes something</summary>\(items(acts))</details>"
        return looks.isEmpty ? changes : "<h3>Next</h3>\(items(looks))\(changes)"
    }

    private func items(_ steps: [NextStep]) -> String {
        steps.map { "<p>\(markupSafe($0.text))</p>" + htmlCode($0.command.map { [$0] } ?? []) }.joined()
    }

    /// Only where somebody waits.
    private var locks: String {
        let drawn = report.lockGraphs.filter { !$0.graph.waits.isEmpty }.map { target, graph in
            "<h2>Who waits for whom at \(markupSafe(target.nameAndAddress))</h2>"
                + "<div class=\"scroll\">\(LockDiagram(graph).inlineSVG)</div>"
        }
        return drawn.isEmpty ? "" : "<section>\(drawn.joined(separator: "\n"))</section>"
    }
}

// MARK: - All the rest

extension HTMLPage {
    private var pending: String {
        let items = report.findings(.pending).map { finding in
            "<li><div>\(badge(finding)) \(markupSafe(finding.alert)) \(markupSafe(finding.target?.name ?? "")): "
                + "<span class=\"value\">\(markupSafe(finding.summary))</span></div>\(chart(finding))</li>"
        }
        return section("Pending", items.isEmpty ? "" : "<ul class=\"places\">\(items.joined(separator: "\n"))</ul>")
    }

    private var unknown: String {
        let rows = report.unknownByReason.map { part in
            [.text(part.target?.name ?? ""), .text(part.reason), .text(part.alerts.joined(separator: ", "))] as [Cell]
        }
        return section("Not judged", rows.isEmpty ? "" : htmlTable(["target", "why", "alerts"], rows))
    }

    private var inFull: [String] {
        report.shownInFull.map { observation in
            let failure = observation.failure.map { error in
                "<p><span class=\"badge critical\">failed</span>\(markupSafe("\(error)"))</p>"
                    + htmlCode(error.advice.map { [$0] } ?? [])
            }
            let title = "\(observation.target.kind.rawValue) \(observation.target.nameAndAddress)"
            return section(
                title,
                (failure ?? "") + observation.evidence.map { evidence.html($0, isOpen: true) }.joined(separator: "\n"),
                isKept: true)
        }
    }

    private var problems: String {
        let items = report.problemsByText.map { targets, problem in
            "<li>\(markupSafe("\(targets.map(\.name).joined(separator: ", ")): \(problem)"))"
                + htmlCode(problem.advice.map { [$0] } ?? []) + "</li>"
        }
        return section("Problems on the way", items.isEmpty ? "" : "<ul>\(items.joined())</ul>")
    }

    private var ok: String {
        let rows = report.findings(.ok).map { finding -> [Cell] in
            [.text(finding.alert), .text(finding.target?.name ?? ""), .text(finding.summary)]
        }
        guard !rows.isEmpty else { return "" }
        let table = htmlTable(["alert", "target", "value"], rows)
        return "<details><summary><span class=\"badge ok\">OK</span>\(rows.count) checks</summary>\(table)</details>"
    }

    private var notes: String { report.notes.map { "<p class=\"faint\">\(markupSafe("note: \($0)"))</p>" }.joined() }

    private func section(_ title: String, _ body: String, isKept: Bool = false) -> String {
        body.isEmpty && !isKept ? "" : "<section><h2>\(markupSafe(title))</h2>\n\(body)</section>"
    }
}

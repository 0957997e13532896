import Diagnostics

extension Finding {
    /// For an alert that no target speaks of.
    init(nothingFor alert: Alert) {
        let kinds = alert.kinds.map(\.rawValue).sorted().joined(separator: ", ")
        self.init(
            alert: alert.name, severity: alert.severity, category: alert.category, title: alert.title, target: nil,
            verdict: .notApplicable, summary: "no target tells of it (looked for at: \(kinds))",
            extraLabels: alert.labels)
    }

    /// The same, with another source speaking for it.
    func dismissed(for other: Finding) -> Finding {
        var finding = withoutJudgement(.notApplicable, "\(summary); judged by \(other.source) instead")
        finding.evidence = []
        finding.nextSteps = []
        return finding
    }

    /// The same, unknown for all of its sources.
    func unknown(_ reasons: String) -> Finding {
        var finding = withoutJudgement(.unknown, reasons)
        finding.source = ""
        return finding
    }

    private func withoutJudgement(_ verdict: Verdict, _ summary: String) -> Finding {
        var finding = self
        finding.verdict = verdict
        finding.summary = summary
        finding.value = nil
        if verdict != .unknown { finding.cause = nil }
        (finding.since, finding.began, finding.resolved) = (nil, nil, nil)
        return finding
    }

    /// The worst first, and always in the same order, so that two runs can be compared line by line.
    public static func ordered(_ findings: [Finding], _ alerts: [Alert]) -> [Finding] {
        let places = Dictionary(uniqueKeysWithValues: alerts.enumerated().map { ($1.name, $0) })
        return findings.map { ($0, Rank($0, place: places[$0.alert] ?? alerts.count)) }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }

    private struct Rank: Comparable {
        let verdict: Int
        let severity: Int
        let place: Int
        let target: String
        let source: String
        let labels: Labels

        init(_ finding: Finding, place: Int) {
            verdict = Verdict.allCases.firstIndex(of: finding.verdict) ?? 0
            severity = finding.severity.rawValue
            self.place = place
            target = finding.target.map { "\($0.kind.rawValue) \($0.name)" } ?? ""
            source = finding.source
            labels = finding.labels
        }

        static func < (left: Rank, right: Rank) -> Bool {
            let (a, b) = ((left.verdict, left.severity, left.place), (right.verdict, right.severity, right.place))
            if a != b { return a < b }
            return (left.target, left.source, left.labels) < (right.target, right.source, right.labels)
        }
    }
}

extension Alert {
    /// What an observation has to show for it.
    func evidence(in observation: Observation) -> [Evidence] {
        observation.evidence.filter { item in evidence.contains { item.id.hasPrefix($0) } }
    }
}

extension Evidence {
    /// What it says, if it is a single sentence.
    var sentence: String? {
        switch body {
        case .fact(let sentence): sentence
        case .remarks(let remarks): remarks.first { $0.weight == .trouble }?.text
        case .tree(let branches): branches.first?.text
        case .table: nil
        }
    }

    /// Itself in plain lines, for the memory of an alert that is kept firing; of a table the first five rows.
    var plainLines: [String] {
        switch body {
        case .fact(let sentence): [sentence]
        case .table(let table):
            table.rows.prefix(5).map { row in
                zip(table.columns, row).map { "\($0.name) \($1.plainText)" }.joined(separator: ", ")
            }
        case .remarks(let remarks): remarks.map(\.text)
        case .tree(let branches): branches.flatMap { $0.plainLines(indent: "") }
        }
    }
}

extension Branch {
    fileprivate func plainLines(indent: String) -> [String] {
        [indent + text] + children.flatMap { $0.plainLines(indent: indent + "  ") }
    }
}

extension Cell {
    var plainText: String {
        switch self {
        case .text(let text): text
        case .integer(let number), .bytes(let number): "\(number)"
        case .number(let number): "\(number)"
        case .seconds(let seconds): Units.seconds(seconds)
        case .ratio(let share): Unit.ratio.text(share)
        case .time(let time): "\(time)"
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let texts): texts.prefix(5).joined(separator: ", ")
        case .none: "–"
        }
    }
}

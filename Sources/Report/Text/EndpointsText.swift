import Diagnostics
import Runbook

extension SweepReport {
    /// Many TLS servers for a person: a count, and a row each, the worst first. Nil for a single one, which is shown in full.
    public func endpoints(layout: TextLayout) -> String? {
        guard observations.count > 1 else { return nil }
        return EndpointsText(report: self, layout: layout).rendered()
    }
}

private struct EndpointsText {
    let report: SweepReport
    let layout: TextLayout

    func rendered() -> String {
        let observations = observations
        let rows = observations.map { endpoint in columns.map { endpoint.cells[$0] ?? .none } }
        let table = TableLayout(Table(columns: columns.map { .init($0) }, rows: rows), width: layout.width)
        // Once: of thousands of servers each has findings.
        let firing = report.firing
        let lines = zip(table.rowLines, observations).map { painted($0, $1, firing[$1.target]) }
        let closing = layout.ink.faint("One in full: diag tls TARGET; all: --verbose")
        return
            ([headline(observations), ""] + table.headerLines.map(layout.ink.faint) + lines + ["", closing] + notes)
            .joined(separator: "\n") + "\n"
    }

    /// On a narrow terminal those that a person looks for first.
    private var columns: [String] {
        layout.width < 110
            ? ["server", "left", "certificate", "remark"]
            : ["server", "left", "not_after", "certificate", "issuer", "tls", "remark"]
    }

    private var notes: [String] { report.notes.map { layout.ink.faint("note: \(terminalSafe($0))") } }

    /// The worst first: no answer, not trusted, then what expires first.
    private var observations: [SeenEndpoint] {
        report.observations.map(SeenEndpoint.init).sorted()
    }

    private func headline(_ all: [SeenEndpoint]) -> String {
        let counts = [
            (all.count { $0.rank == 0 }, "without an answer"), (all.count { $0.rank == 1 }, "not trusted"),
            (Set(report.findings(.firing).compactMap(\.target)).count, "with an alert"),
        ]
        let said = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let rest = ["\(all.count) servers in \(Units.seconds(report.duration.seconds))"] + said
        return StatusWord(report.exitStatus).painted(layout.ink) + "  " + rest.joined(separator: " · ")
    }

    private func painted(_ line: String, _ endpoint: SeenEndpoint, _ firing: Severity?) -> String {
        if endpoint.rank < 2 { return layout.ink.red(line) }
        return firing.map { layout.painted(line, $0) } ?? line
    }
}

extension SweepReport {
    /// The worst alert that fires at each target.
    fileprivate var firing: [Target: Severity] {
        Dictionary(
            findings(.firing).compactMap { finding in finding.target.map { ($0, finding.severity) } },
            uniquingKeysWith: min)
    }
}

/// One server as a row.
private struct SeenEndpoint: Comparable {
    let target: Target
    /// 0 without an answer, 1 not trusted, 2 everything else.
    let rank: Int
    private let left: Double
    let cells: [String: Cell]

    init(_ observation: Observation) {
        target = observation.target
        let summary = observation.evidence.first { $0.id == "tls.summary" }?.firstRow ?? [:]
        if case .seconds(let seconds)? = summary["left"] { left = seconds } else { left = .infinity }
        let isTrusted = summary["verified"] != .flag(false)
        rank = observation.failure != nil ? 0 : isTrusted ? 2 : 1
        var cells = summary.mapValues(\.shortened)
        cells["server"] = .text(target.name)
        cells["tls"] = summary["session"]
        cells["remark"] = Self.remark(observation, summary)
        self.cells = cells
    }

    private static func remark(_ observation: Observation, _ summary: [String: Cell]) -> Cell {
        if let failure = observation.failure { return .text(failure.description) }
        if let drift = observation.drift { return drift }
        if case .list(let flaws)? = summary["flaws"] {
            return .text(flaws.map { $0.split(separator: "_").joined(separator: " ") }.joined(separator: ", "))
        }
        return observation.problems.first.map { .text($0.description) } ?? .none
    }

    static func == (left: SeenEndpoint, right: SeenEndpoint) -> Bool { left.key == right.key }
    static func < (left: SeenEndpoint, right: SeenEndpoint) -> Bool { left.key < right.key }

    private var key: (Int, Double, String) { (rank, left, target.name) }
}

extension Observation {
    /// What is served is not what lies in its file.
    fileprivate var drift: Cell? {
        guard case .remarks(let remarks)? = evidence.first(where: { $0.id == "tls.drift" })?.body else { return nil }
        return remarks.first { $0.weight != .fine }.map { .text($0.text) }
    }
}

extension Cell {
    /// A date without its time of day.
    fileprivate var shortened: Cell {
        if case .time(let time) = self { .text(String(time.description.prefix(10))) } else { self }
    }
}

extension Evidence {
    /// The values of a table's first row by column.
    fileprivate var firstRow: [String: Cell] {
        guard case .table(let table) = body, let row = table.rows.first else { return [:] }
        return Dictionary(zip(table.columns.map(\.name), row), uniquingKeysWith: { first, _ in first })
    }
}

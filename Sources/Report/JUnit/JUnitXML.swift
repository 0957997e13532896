import Diagnostics
import Runbook

extension SweepReport {
    /// For pipelines: a test suite for each target, a test case for each alert that was judged there.
    ///
    /// What fires is a failure, what is pending or could not be judged is skipped, and a target that could not be looked at
    /// is an error; an alert that fires for it (an instance is down) is a failure beside that. The elements are those that the
    /// JUnit plugin of Jenkins has a schema for (`junit-10.xsd`), which GitLab, GitHub's actions and others read too.
    public var junit: String { JUnitXML(self).rendered() }
}

private struct JUnitXML {
    private struct Case {
        let name: String
        /// The element below it, with its attributes; nil where all is well.
        var element: String?
        var message = ""
        var type = ""
        var text = ""
    }

    private let report: SweepReport
    private let findings: [Target?: [Finding]]
    private let open: [Target?: [Finding]]

    init(_ report: SweepReport) {
        self.report = report
        findings = Dictionary(grouping: report.findings.filter { $0.verdict != .notApplicable }, by: \.target)
        open = Dictionary(grouping: report.unjudged, by: \.target)
    }

    func rendered() -> String {
        let suites = report.observations.map { ($0, cases($0)) }
        let all = suites.flatMap(\.1)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        lines.append("<testsuites name=\"diag\" \(counts(all)) time=\"\(seconds(report.duration))\">")
        for (observation, cases) in suites { lines += suite(observation, cases) }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private func cases(_ observation: Observation) -> [Case] {
        let target = observation.target
        let judged = (findings[target] ?? []).map(Self.judged)
        let open = (open[target] ?? []).map { finding in
            Case(name: Self.name(finding), element: "skipped", message: finding.summary)
        }
        let failure = observation.failure.map { error in
            Case(
                name: "looked at", element: "error", message: "\(error)", type: error.kind.word,
                text: error.advice ?? "")
        }
        let troubles = report.troubleRemarks.filter { $0.target == target }.map { seen in
            Case(
                name: "trouble: \(seen.remark.text)", element: "failure", message: seen.remark.text, type: "trouble",
                text: seen.remark.next.joined(separator: "\n"))
        }
        return (failure.map { [$0] } ?? []) + judged + open + troubles
    }

    private static func judged(_ finding: Finding) -> Case {
        let name = name(finding)
        switch finding.verdict {
        case .firing where finding.silence == nil:
            return Case(
                name: name, element: "failure", message: finding.summary, type: "\(finding.severity)",
                text: details(finding))
        case .firing:
            let silence = finding.silence.map { "; \($0.sentence)" } ?? ""
            return Case(name: name, element: "skipped", message: finding.summary + silence)
        case .pending: return Case(name: name, element: "skipped", message: "pending: \(finding.summary)")
        case .unknown: return Case(name: name, element: "skipped", message: finding.summary)
        case .ok, .notApplicable: return Case(name: name)
        }
    }

    /// `DiskSpaceLow inodes`, with `{mountpoint="/"}` behind it where that is not just the worst of all that are well: a
    /// case's name is what pipelines know it by.
    private static func name(_ finding: Finding) -> String {
        [finding.alert, finding.source, finding.verdict == .ok ? "" : "\(finding.labels)"].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// The evidence and what to do, as a person would read them.
    private static func details(_ finding: Finding) -> String {
        let text = EvidenceText(ink: Ink(isColoured: false), width: 120, limit: 20)
        let steps = finding.nextSteps.compactMap { step in step.command.map { "\(step.text): \($0)" } }
        return (["\(finding.title): \(finding.summary)"] + finding.evidence.flatMap(text.lines) + steps)
            .joined(separator: "\n")
    }

    private func suite(_ observation: Observation, _ cases: [Case]) -> [String] {
        let target = observation.target
        let name = "\(target.kind.rawValue) \(target.name)"
        let time =
            "time=\"\(seconds(observation.duration))\" timestamp=\"\(String("\(observation.started)".dropLast()))\""
        let head = "  <testsuite name=\"\(xml(name))\" \(counts(cases)) \(time)>"
        let properties =
            ["    <properties>"]
            + ([("address", target.address)] + target.labels.map { ($0.name, $0.value) }).map { name, value in
                "      <property name=\"\(xml(name))\" value=\"\(xml(value))\"/>"
            } + ["    </properties>"]
        return [head] + properties + cases.map { self.line($0, in: target) } + output(observation) + ["  </testsuite>"]
    }

    private func line(_ item: Case, in target: Target) -> String {
        let start =
            "    <testcase name=\"\(xml(item.name))\" classname=\"diag.\(target.kind.rawValue).\(xml(target.name))\""
        guard let element = item.element else { return start + "/>" }
        let type = item.type.isEmpty ? "" : " type=\"\(xml(item.type))\""
        return start + ">\n      <\(element)\(type) message=\"\(xml(item.message))\">\(xml(item.text))</\(element)>\n"
            + "    </testcase>"
    }

    /// What went wrong on the way.
    private func output(_ observation: Observation) -> [String] {
        guard !observation.problems.isEmpty else { return [] }
        let lines = observation.problems.map { xml("\($0)" + ($0.advice.map { " → \($0)" } ?? "")) }
        return ["    <system-err>\(lines.joined(separator: "\n"))</system-err>"]
    }

    private func counts(_ cases: [Case]) -> String {
        let number: (String) -> Int = { element in cases.filter { $0.element == element }.count }
        return "tests=\"\(cases.count)\" failures=\"\(number("failure"))\" errors=\"\(number("error"))\" "
            + "skipped=\"\(number("skipped"))\""
    }

    private func seconds(_ duration: Duration) -> String { Units.decimal(duration.seconds, digits: 3) }

    private func xml(_ text: String) -> String { markupSafe(text) }
}

import Diagnostics
import Runbook

/// A sweep in one line, for cron and for a message: the status, then what fires, what is pending, what is unknown.
public struct SweepLine: Sendable {
    private let report: SweepReport

    public init(_ report: SweepReport) { self.report = report }

    public func rendered() -> String {
        let parts = [part(.firing, "firing"), part(.pending, "pending"), part(.unknown, "unknown")].compactMap(\.self)
        let targets = report.observations.count
        let rest =
            parts.isEmpty ? "\(report.findings(.ok).count) checks at \(targets) targets" : parts.joined(separator: "; ")
        return "\(StatusWord(report.exitStatus).text): \(rest)\n"
    }

    /// `2 firing: PostgreSQLDeadlocks primary (3 deadlocks > 0), …`; unknown ones by alert only.
    private func part(_ verdict: Verdict, _ word: String) -> String? {
        let findings = report.findings(verdict)
        guard !findings.isEmpty else { return nil }
        let names = findings.map { finding in
            let place = finding.target.map { " " + $0.name } ?? ""
            let summary = verdict == .unknown ? "" : " (\(finding.summary))"
            let silence = finding.silence.map { " [silenced by \($0.by)]" } ?? ""
            return terminalSafe("\(finding.alert)\(place)\(summary)\(silence)")
        }
        return "\(findings.count) \(word): " + unique(names).joined(separator: ", ")
    }
}

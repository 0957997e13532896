import ArgumentParser
import Report
import Runbook

/// The formats that are the same for a sweep and for a command that looks at one kind of dependency.
enum DocumentFormat: String, CaseIterable {
    case nagios, junit, markdown, html

    /// - Parameter others: what the command has beside them: `text, json`.
    static func help(_ others: String) -> ArgumentHelp {
        ArgumentHelp(
            "\(others), nagios (a plugin's answer), junit, markdown (for a ticket) or html (one page).",
            discussion: """
                nagios exits with 0 OK, 1 WARNING (P3, P4, pending, trouble without an alert), 2 CRITICAL (P1, P2) or 3 UNKNOWN; with nagios and junit the \
                optional conditions that fit what is asked are judged too, and by the history of sweeps where there is one.
                """)
    }

    /// Whether it is for those who only want the verdict, so that all that was measured is to be judged.
    var isCheck: Bool { self == .nagios || self == .junit }
}

extension RawRepresentable<String> {
    /// The same format, where it is one of those that all commands share.
    var document: DocumentFormat? { DocumentFormat(rawValue: rawValue) }
}

extension SweepReport {
    func document(_ format: DocumentFormat, isWhole: Bool) -> String {
        switch format {
        case .nagios: NagiosText(self, isWhole: isWhole).rendered()
        case .junit: junit
        case .markdown: markdown(isWhole: isWhole)
        case .html: html(isWhole: isWhole)
        }
    }

    func exitStatus(_ format: DocumentFormat?) -> ExitStatus { format == .nagios ? checkStatus : exitStatus }
}

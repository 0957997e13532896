import Diagnostics
import Runbook

extension SweepReport {
    /// What a command that looks at one kind of dependency prints: each target with all that was seen of it.
    public func inspection(layout: TextLayout) -> String {
        let texts = observations.map { observation in
            let own = findings.filter { $0.target == observation.target }
            return ObservationText(observation, findings: own, layout: layout).rendered()
        }
        return (texts + notes.map { layout.ink.faint("note: \(terminalSafe($0))") + "\n" }).joined(separator: "\n")
    }
}

import Diagnostics
import Runbook

/// What `diag explain ALERT` prints.
public struct ExplanationText: Sendable {
    private let explanation: Explanation
    private let layout: TextLayout

    public init(_ explanation: Explanation, layout: TextLayout) {
        self.explanation = explanation
        self.layout = layout
    }

    public func rendered() -> String {
        let blocks = [
            [title], paragraph(alert.meaning), ["How it is judged"] + judged, steps("What to look at", changing: false),
            steps("What to do", changing: true), ["Who is to be told while it fires"] + escalation,
        ]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var alert: Alert { explanation.alert }

    private var title: String {
        let severity = alert.severity
        let response = Units.seconds(severity.responseTime.seconds)
        return layout.ink.bold(alert.name) + "  \(alert.title)\n"
            + "\(severity) (\(severity.word)): respond within \(response), \(severity.notification)"
    }

    private var judged: [String] {
        explanation.ways.flatMap { way in
            let source = way.source.isEmpty ? "" : " (\(way.source))"
            return [
                "  at each \(way.kind.rawValue) target\(source): \(way.rule)", layout.ink.faint("    \(way.promQL)"),
            ]
        } + explanation.times.map { "  " + $0 } + minimum + whenOff
    }

    private var minimum: [String] {
        guard let minimum = alert.minimumVolume, let volume = alert.conditions.lazy.compactMap(\.volume).first
        else { return [] }
        return ["  only where it speaks for at least \(volume.text(minimum))"]
    }

    private var whenOff: [String] {
        guard !explanation.isOn else { return [] }
        let how = alert.isOptional ? "naming it in the configuration turns it on" : "the configuration switches it off"
        return ["  off; \(how):", "    alerts: {\(alert.name): {enabled: true}}"]
    }

    private func steps(_ heading: String, changing: Bool) -> [String] {
        let steps = alert.nextSteps.filter { $0.changesSomething == changing }
        guard !steps.isEmpty else { return [] }
        return [heading]
            + steps.flatMap { step in
                ["  - " + step.text] + (step.command.map { [layout.ink.bold("      " + $0)] } ?? [])
            }
    }

    private var escalation: [String] {
        explanation.escalation.map { step in
            "  " + (step.after == .zero ? "at once" : "after \(Units.seconds(step.after.seconds))").padded(to: 14)
                + step.action
        }
    }

    /// Broken at spaces to the width of a comfortable line.
    private func paragraph(_ text: String) -> [String] { wrapped(text, to: min(layout.width, 100)) }
}

/// All alerts, a line each: what is looked at first, then what is off.
public struct CatalogueText: Sendable {
    private let on: [Alert]
    private let off: [Alert]
    private let layout: TextLayout

    public init(_ overrides: Overrides, layout: TextLayout) {
        on = overrides.known.filter(overrides.looksAt)
        off = overrides.known.filter { !overrides.looksAt($0) }
        self.layout = layout
    }

    public func rendered() -> String {
        let width = (on + off).map(\.name.count).max() ?? 0
        return on.map { line($0, width) }.joined()
            + (off.isEmpty ? "" : "\noff; looked at where `alerts:` in the configuration, or --only, names them:\n")
            + off.map { line($0, width) }.joined()
    }

    private func line(_ alert: Alert, _ width: Int) -> String {
        "\(alert.severity)  " + layout.ink.bold(alert.name.padded(to: width))
            + "  \(alert.title)" + layout.ink.faint(rule(alert)) + "\n"
    }

    private func rule(_ alert: Alert) -> String {
        let rule = Explanation(alert).ways.first?.rule ?? ""
        let hold = alert.holdFor == .zero ? "" : " for \(Units.seconds(alert.holdFor.seconds))"
        return "  \(rule)\(hold)"
    }
}

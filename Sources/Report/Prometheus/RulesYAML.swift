import Diagnostics
import Runbook

/// Prometheus's rule file (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules), as `promtool check
/// rules` takes it.
public struct RulesYAML {
    private let groups: [RuleGroup]
    private let version: String

    public init(_ groups: [RuleGroup], version: String) {
        self.groups = groups
        self.version = version
    }

    public func rendered() -> String {
        "# Made by diag rules, \(version). What is changed here is lost when it is made again: alerts: in diag's configuration\n"
            + "# has thresholds, times and labels.\ngroups:\n" + groups.map(Self.text).joined()
    }

    private static func text(_ group: RuleGroup) -> String {
        let absent = group.absent.map { comment("Not here: \($0)", indent: "  ") }.joined()
        guard !group.rules.isEmpty else { return absent }
        return absent + "  - name: \(group.name)\n    interval: \(group.interval.promQL)\n    rules:\n"
            + group.rules.map(text).joined()
    }

    private static func text(_ rule: AlertingRule) -> String {
        var lines = rule.comment.map { comment($0, indent: "      ") } ?? ""
        lines += "      - alert: \(rule.name)\n        expr: \(quoted(rule.expression))\n"
        if rule.holdFor > .zero { lines += "        for: \(rule.holdFor.promQL)\n" }
        if rule.keepFiringFor > .zero { lines += "        keep_firing_for: \(rule.keepFiringFor.promQL)\n" }
        lines += "        labels:\n" + rule.labels.map { "          \($0.name): \(quoted($0.value))\n" }.joined()
        return lines + "        annotations:\n"
            + rule.annotations.map { "          \($0.name): \(scalar($0.text, indent: "            "))\n" }.joined()
    }

    /// In single quotes, where nothing but the quote itself has a meaning; what has control characters in double ones.
    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || (127...159).contains($0.value) }) else {
            return "'" + text.replacing("'", with: "''") + "'"
        }
        return JSONValue.string(text).serialized(isOneLine: true).trimmingLineFeed
    }

    /// Several lines as a block, which keeps them as they are.
    private static func scalar(_ text: String, indent: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 1, !text.hasPrefix(" "), !text.contains("\r"), !text.contains("\t") else {
            return quoted(text)
        }
        return "|-\n" + lines.map { indent + $0 }.joined(separator: "\n")
    }

    private static func comment(_ text: String, indent: String) -> String {
        wrapped(text, to: 116 - indent.count).map { "\(indent)# \($0)\n" }.joined()
    }
}

extension String {
    fileprivate var trimmingLineFeed: String { hasSuffix("\n") ? String(dropLast()) : self }
}

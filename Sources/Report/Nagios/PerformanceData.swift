import Diagnostics
import Runbook

/// One number for graphs, as monitoring plugins print it: `'label'=value[UOM];[warn];[crit];[min];[max]`
/// (Monitoring Plugins Development Guidelines, "Performance data").
struct PerformanceData: Sendable, Hashable {
    let label: String
    /// nil where it could not be determined, which is written as `U`.
    let value: Double?
    let unit: PerformanceUnit
    var warning = ""
    var critical = ""

    init(_ label: String, _ value: Double?, _ unit: PerformanceUnit) {
        self.label = label
        self.value = value
        self.unit = unit
    }

    /// The value that was judged beside its threshold, which is critical where the alert pages.
    init(_ label: String, judged finding: Finding, value: Double?) {
        self.init(label, value, PerformanceUnit(finding.unit ?? .number))
        guard let comparison = finding.comparison, let threshold = finding.threshold else { return }
        let range = comparison.range(unit.number(threshold))
        if finding.severity <= .p2 { critical = range } else { warning = range }
    }

    /// As it stands behind the `|`; what is empty at the end is left out.
    var text: String {
        let shown = value.map(unit.number) ?? "U"
        let measured = shown == "U" ? "U" : shown + unit.symbol
        var fields = [measured, warning, critical, unit.least, unit.most]
        while fields.last?.isEmpty == true { fields.removeLast() }
        return "\(Self.quoted(label))=\(fields.joined(separator: ";"))"
    }

    /// Without what would end the label or the line; in quotes where it is more than one plain word.
    private static func quoted(_ label: String) -> String {
        let scalars = terminalSafe(label).unicodeScalars.prefix(120).map { ends.contains($0) ? "_" : $0 }
        let safe = String(String.UnicodeScalarView(scalars))
        let isPlain = safe.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || plain.contains($0))
        }
        return isPlain && !safe.isEmpty ? safe : "'\(safe)'"
    }

    private static let ends: Set<Unicode.Scalar> = ["=", "|", "'", "\\", "\""]
    private static let plain: Set<Unicode.Scalar> = Set("0123456789_-./:".unicodeScalars)
}

/// The unit of measurement of a number, what it is multiplied with to be in it, and the values that it can have.
struct PerformanceUnit: Sendable, Hashable {
    /// `s`, `%`, `B`, `c` for a counter, or nothing.
    let symbol: String
    var factor = 1.0
    var least = ""
    var most = ""

    init(_ unit: Unit) {
        switch unit {
        case .ratio: self.init("%", factor: 100, least: "0", most: "100")
        case .seconds, .milliseconds, .duration: self.init("s", least: "0")
        // What has expired is below zero.
        case .days: self.init("s")
        case .bytes: self.init("B", least: "0")
        case .number: self.init("")
        case .count: self.init("", least: "0")
        case .state: self.init("", least: "0", most: "1")
        }
    }

    private init(_ symbol: String, factor: Double = 1, least: String = "", most: String = "") {
        self.symbol = symbol
        self.factor = factor
        self.least = least
        self.most = most
    }

    /// Not every ratio is a share.
    var unbounded: PerformanceUnit {
        var unit = self
        unit.most = ""
        return unit
    }

    static let counter = PerformanceUnit("c", least: "0")

    /// Digits, a point and a sign, never an exponent; `U` for what is no number.
    func number(_ value: Double) -> String {
        let scaled = value * factor
        guard scaled.isFinite else { return "U" }
        if abs(scaled) >= 1e9 { return abs(scaled) < 9e18 ? "\(Int64(scaled.rounded()))" : "U" }
        var text = Units.decimal(scaled, digits: 6)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension Comparison {
    /// The values that are well, in the plugins' notation; with `@` those that are not.
    fileprivate func range(_ threshold: String) -> String {
        switch self {
        case .above: threshold
        case .below: "\(threshold):"
        case .atMost: "@~:\(threshold)"
        }
    }
}
